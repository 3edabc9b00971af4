"""From what is known to the HTML of the page. Jinja escapes everything; only our own pictures pass as they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from analysis.language import ENGLISH, count, language, mark, say, told, told_name
from analysis.reasons import action_in_words, reason_in_words
from app.live import controls, draw_lines, draw_map
from app.live.living import MOST_FLOWS
from app.live.shelf import Shelf
from app.live.svg import clipped
from app.live.words import figure, interval

if TYPE_CHECKING:
    from app.live.draft import Draft
    from app.live.shrunk import Shrunk

LANGUAGE_NAMES = {"en": "English", "zh": "中文"}
CHARTS = (
    ("new_arr", "cents", mark("New ARR since the start")), ("recurring_revenue", "cents", mark("Recurring revenue")),
    ("morale_mean", "", mark("Mean morale")), ("knowledge_mean", "", mark("Knowledge")),
)  # fmt: skip
_controls_drawn: Shelf[str] = Shelf(24)
_lives_drawn: Shelf[str] = Shelf(120)


@cache
def _templates() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    found = Environment(
        loader=PackageLoader("app.live"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals |= {
        "say": say, "count": count, "told": told, "shown": controls.shown, "clipped": clipped, "plain": controls.words,
        "chosen": controls.choice_words, "label_of": label_of, "described": described,
        "shown_bound": lambda value: f"{value:.10g}",
    }  # fmt: skip
    return found


def label_of(control: controls.Control) -> str:
    """What a control is called."""
    label = controls.words(control.name)
    if language() == ENGLISH or not control.path.startswith("world/parameters/"):
        return told(label)
    return told_name(control.name)  # as reports call it


def described(text: str) -> str:
    """A policy's description in the language of the block, also that of a variant, which tells what was changed of which."""
    if language() != ENGLISH and (
        found := re.fullmatch(r"(.{1,80}?), with ([\w.]+: .+?)\. (.*)", text, re.S)
    ):
        return say(
            "{name}, with {changes}. {words}", name=found[1], changes=found[2], words=described(found[3])
        )
    return told(text)


def page(names: Sequence[str], first: str) -> str:
    """The document, before anything is known of the tab."""
    spoken = language()
    html_lang = "zh-Hans" if spoken == "zh" else spoken
    template = _templates().get_template("page.html.j2")
    return str(
        template.render(names=names, first=first, lang=spoken, html_lang=html_lang, languages=LANGUAGE_NAMES)
    )


def choice(draft: Draft) -> str:
    """The two policies."""
    return str(_templates().get_template("choice.html.j2").render(draft=draft))


def levers(draft: Draft) -> str:
    """Controls of the right policy."""
    groups = controls.lever_groups()
    policy = draft.policies[draft.right]
    values = controls.values_of(groups, policy) | dict(draft.levers)
    # Levers that most policies of the scenario set come first, and the first of them is open.
    used = Counter(
        name
        for one in draft.policies.values()
        for name, lever in one
        if name != "description" and lever != type(lever)()
    )
    ordered = sorted(groups, key=lambda group: -used[group.name])
    return _controls("levers", ordered, values, ordered[0].name)


def world(draft: Draft) -> str:
    """Controls of the world."""
    groups = controls.world_groups(draft.scenario)
    values = controls.values_of(groups, draft.scenario) | dict(draft.world)
    return _controls("world", groups, values, groups[0].name)


def _controls(scope: str, groups: Any, values: Mapping[str, Any], first: str) -> str:
    template = _templates().get_template("controls.html.j2")
    key = (scope, language(), tuple(group.name for group in groups), repr(values))
    return _controls_drawn.get(
        key, lambda: str(template.render(scope=scope, groups=groups, values=values, open={first}))
    )


def about(draft: Draft, small: Shrunk) -> str:
    """What is lived, and what was changed."""
    policy = draft.policies[draft.right]
    changes = [
        (
            path.replace("/", "."),
            controls.shown(controls.value_at(holder, path)) or say("not set"),
            controls.shown(value) or say("not set"),
        )
        for holder, changed in ((policy, draft.levers), (draft.scenario, draft.world))
        for path, value in changed.items()
    ]
    full = draft.whole().world
    return macro("about", draft, small, full, changes)


def living(name: str) -> dict[str, str]:
    """What stands in the parts of the preview until a scenario has been lived; empty parts for no name."""
    if not name:
        return dict.fromkeys(("maps", "lines", "brings"), "")
    words = escape(say("Living {name} …", name=clipped(name, 60)))
    wait = f'<p class="quiet">{words}</p>'
    return {"maps": f'<p class="living">{words}</p>', "lines": wait, "brings": wait}


def maps(result: Mapping[str, Any], frame: int) -> str:
    """Both policies at one frame."""
    return _lives_drawn.get(("maps", id(result), frame, language()), lambda: _maps(result, frame), result)


def _maps(result: Mapping[str, Any], frame: int) -> str:
    from markupsafe import Markup

    lives, segments = result["lives"], result["segments"]
    frame = max(0, min(frame, len(lives[0]["morale"]) - 1))
    week = max(0, result["start"] + frame - 1)
    most = max(sum(numbers) for life in lives for numbers in life["stages"])
    sides = []
    for side, life in zip(("left", "right"), lives, strict=True):
        leads, qualified, proposals = life["stages"][frame]
        sides.append({
            "side": side, "policy": life["policy"], "map": Markup(draw_map.draw(life, segments, frame)),
            "words": say("Changed hands: {now} accounts this week, {all} since the start", now=life["moved"][frame],
                         all=sum(life["moved"][: frame + 1])),
            "stages": Markup(draw_lines.stages(life, frame, most)),
            "stage_words": say("{leads} leads, {qualified} qualified, {proposals} proposals", leads=leads,
                               qualified=qualified, proposals=proposals),
            "reports": Markup(draw_lines.reports(life, week)),
            "log": [
                (entry["week"], action_in_words(entry["action"]), reason_in_words(entry["why"]))
                for entry in life["log"] if result["start"] <= entry["week"] <= week
            ][-3:],
        })  # fmt: skip
    return macro("maps", sides, streams=MOST_FLOWS)


def lines(result: Mapping[str, Any]) -> str:
    """Outcomes over the weeks, and reports against truth on each side."""
    return _lives_drawn.get(("lines", id(result), language()), lambda: _lines(result), result)


def _lines(result: Mapping[str, Any]) -> str:
    from markupsafe import Markup

    charts = [
        {"title": told(title), "picture": Markup(draw_lines.over_weeks(name, unit, result))}
        for name, unit, title in CHARTS
    ]
    for side, life in enumerate(result["lives"]):
        title = say(
            "Pipeline under {policy}: reported (dotted) above true", policy=clipped(life["policy"], 30)
        )
        charts.append({"title": title, "picture": Markup(draw_lines.stated_and_true(side, result))})
    left, right = (life["policy"] for life in result["lives"])
    drawn = result["worlds"] if result["spread"] else 0
    return macro("lines", charts, drawn, left=left, right=right)


def brings(result: Mapping[str, Any], reps: int) -> str:
    """The totals of both policies over the worlds, and the difference."""
    from simulation.outcomes import OUTCOMES

    if result["spread"] is None:
        return f'<p class="quiet">{say("One world so far: more follow at once.")}</p>'
    rows = []
    for name, total in result["spread"]["totals"].items():
        outcome = OUTCOMES[name]
        low, high = total["low"], total["high"]
        kind = "unclear"
        if low is not None and high is not None and (low > 0 or high < 0):
            kind = "better" if (low > 0) == (outcome.direction > 0) else "worse"
        word = {"better": say("better"), "worse": say("worse"), "unclear": say("not clear")}[kind]
        rows.append({
            "label": told(outcome.label), "left": figure(total["left"], outcome.unit),
            "right": figure(total["right"], outcome.unit),
            "difference": figure(total["difference"], outcome.unit, signed=True),
            "interval": interval(low, high, outcome.unit),
            "kind": kind, "word": word,
        })  # fmt: skip
    left, right = (life["policy"] for life in result["lives"])
    return macro("brings", rows, result["worlds"], reps, left, right)


def variants(draft: Draft) -> str:
    """The variants that are kept."""
    return macro("variants", [(name, described(policy.description)) for name, policy in draft.kept.items()])


def notices(told_so_far: Sequence[tuple[str, Sequence[str]]]) -> str:
    """What was refused and what happened."""
    return macro("notices", told_so_far)


def plain(words: str) -> str:
    """Words as HTML."""
    return str(escape(words))


def macro(name: str, *arguments: Any, **named: Any) -> str:
    """A part of the page by the name of its macro in `live.html.j2`, with what that takes."""
    return str(getattr(_templates().get_template("live.html.j2").module, name)(*arguments, **named))
