"""The pictures of the report, each with a heading, the finding it shows, and a data URI."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from analysis import plots
from analysis.language import mark, say, told
from analysis.panel import AnalysisError
from analysis.plots import (
    flow,
    fonts,
    funnel,
    heat,
    hurt,
    lead,
    looks,
    phase,
    pilots,
    signals,
    style,
    truth,
    waterfall,
)
from analysis.report.sections import why
from analysis.subject import few

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from analysis.comparison import Comparison
    from analysis.report.found import Found

# name of the plot -> heading in the report; fan charts take the outcome's label
HEADINGS = {
    "money": mark("When it pays: shortfall and catching up"),
    "forest": mark("What each policy changes by the end"),
    "panels": mark("Revenue, morale and learning, week by week"),
    "truth": mark("What the leader hears, and what is true"),
}
FIRST_PAGE = {
    "lead": mark("1. What it costs, and when it pays"),
    "reports": mark("2. What you will hear, and what is true"),
    "hurt": mark("3. Who is hurt"),
    "signals": mark("4. What to watch in week 6"),
    "pilots": mark("5. What a pilot is worth"),
}
Picture = dict[str, str]


def of_policies(answer: Comparison) -> list[Picture]:
    """Every plot of the comparison; fan charts come last."""
    found = []
    for name in plots.available(answer):
        label = answer.panel.outcomes[name].said if name not in HEADINGS else ""
        heading = told(HEADINGS[name]) if name in HEADINGS else say("{label}, week by week", label=label)
        group = "key" if name in HEADINGS else "fan"
        found.append(_picture(name, heading, plots.title(answer, name), plots.image(answer, name), group))
    return found


def for_managers(answer: Comparison, found: Found) -> dict[str, Picture]:
    """The five pictures of the first page, as far as there is something to draw of its subject, by name."""
    chosen = few(answer)
    if not chosen:
        return {}
    known, shown = looks.of(answer.panel), [answer.panel.baseline, *chosen]
    drawn: dict[str, tuple[Callable[[], Any], Callable[[], str]]] = {
        "lead": (lambda: lead.lead(answer, chosen, found.scenes), lambda: lead.title(answer, chosen[0])),
        "reports": (lambda: truth.draw(answer, shown), lambda: truth.title(answer, shown)),
    }
    if (who := found.who) is not None and who["policy"] == chosen[0]:
        drawn["hurt"] = (lambda: hurt.hurt(who, known), lambda: hurt.title(who))
    if (watch := found.watch) is not None and watch["signals"] and watch["policy"] == chosen[0]:
        drawn["signals"] = (lambda: signals.signals(watch, known), lambda: signals.title(watch))
    if (value := found.value) is not None and value["pilots"]:
        ours = {**value, "pilots": pilots_of(value, chosen[0])}
        drawn["pilots"] = (lambda: pilots.pilots(ours, known), lambda: pilots.title(ours))
    with style.bare():
        return _all({name: (told(FIRST_PAGE[name]), *both) for name, both in drawn.items()})


def pilots_of(value: Mapping[str, Any], policy: str) -> list[Mapping[str, Any]]:
    """The pilots of this policy; all, where it cannot be piloted."""
    return [one for one in value["pilots"] if one["policy"] == policy] or list(value["pilots"])


def of_sections(answer: Comparison, found: Found) -> dict[str, Picture]:
    """Pictures of the sections that other commands fill in, by name; those of explanations are `why0`, `why1`."""
    drawn: dict[str, tuple[str, Callable[[], Any], Callable[[], str]]] = {}
    known = looks.of(answer.panel)
    for place, gap in enumerate(why(answer, found)):
        drawn[f"why{place}"] = (
            say("Why '{policy}' parts from '{base}'", policy=gap["data"]["policy"], base=gap["data"]["baseline"]),
            partial(
                waterfall.bars, gap["info"], gap["data"]["policy"], gap["data"]["baseline"], gap["parts"], gap["gap"],
                gap["data"]["worlds"], gap["sentence"], known,
            ),
            partial(str, gap["sentence"]),
        )  # fmt: skip
    if (scenes := found.scenes) is not None:
        drawn["funnel"] = (
            say("The funnel"),
            lambda: funnel.funnel(scenes, known),
            lambda: funnel.title(scenes),
        )
        if (busy := flow.busiest(scenes)) is not None:
            drawn["flow"] = (
                say("Who hands accounts to whom"),
                lambda: flow.flow(scenes, busy),
                lambda: flow.title(scenes, busy),
            )
        drawn["heat"] = (
            say("Morale, team by team"),
            lambda: heat.heat(scenes, known),
            lambda: heat.title(scenes),
        )
    if (who := found.who) is not None:
        drawn["groups"] = (
            say("Money won, by group of people"),
            lambda: hurt.groups(who, known),
            lambda: hurt.title(who),
        )
    if (turned := found.phase) is not None:
        drawn["phase"] = (
            say("Where it flips"),
            lambda: phase.phase_plot(turned, known),
            lambda: phase.title(turned),
        )
    try:
        from analysis.plots import tradeoffs
        from analysis.tradeoffs import tradeoffs as traded

        names = [o for o in ("new_arr", "morale_mean", "knowledge_mean") if o in answer.panel.final]
        if len(names) > 1 and answer.panel.rivals and len(answer.panel.replications) > 2:
            beaten = traded(answer.panel, names, [], {})
            drawn["pareto"] = (
                say("Money, morale and learning together"), lambda: tradeoffs.tradeoffs(beaten, known),
                lambda: tradeoffs.title(beaten),
            )  # fmt: skip
    except AnalysisError:
        pass  # a policy without a number for one of them: the tables say so
    return _all(drawn)


def _all(drawn: dict[str, tuple[str, Callable[[], Any], Callable[[], str]]]) -> dict[str, Picture]:
    found = {}
    for name, (heading, draw, title) in drawn.items():
        with fonts.readable(), style.rules():
            figure: Figure | None = draw()
            content = b"" if figure is None else style.report_bytes(figure)
        if figure is not None:
            found[name] = _picture(name, heading, title(), content, name) | {
                "note": getattr(figure, "note", "")
            }
    return found


def _picture(name: str, heading: str, finding: str, content: bytes, group: str) -> Picture:
    data = base64.b64encode(content).decode("ascii")
    alt = say("{heading}. {finding}", heading=heading, finding=finding)
    return {
        "name": name, "heading": heading, "finding": finding, "alt": alt, "group": group,
        "uri": f"data:image/png;base64,{data}",
    }  # fmt: skip
