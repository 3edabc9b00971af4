"""The sections that other commands fill in: sentences and rows made from their plain data, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis import units
from analysis.conditions import figure, name_in_words
from analysis.elsewhere import LEAST
from analysis.language import listed, quoted, say, told
from analysis.paired import Estimate
from analysis.panel import OutcomeInfo
from analysis.plots.phase import plainly
from analysis.units import MONEY, POINTS, fixed, measured, name_in_text, plain

if TYPE_CHECKING:
    from analysis.comparison import Comparison
    from analysis.flip import Flip
    from analysis.report.found import Data, Found

MOST_TOLD, MOST_WORTH = 3, 12
Row = dict[str, Any]


def estimate(data: Data, n: int = 0) -> Estimate:
    """An interval as `--json` has it."""
    return Estimate(data["mean"], data["ci_low"], data["ci_high"], n)


def share(data: Data) -> str:
    """A share with its interval in percent: "54 % [40, 67]"."""
    return units.share(estimate(data))


def why(answer: Comparison, found: Found) -> list[Row]:
    """A gap each: sentence, and its parts as rows."""
    return [
        _gap(answer.panel.outcomes[one["outcome"]], one)
        for one in found.why
        if one["outcome"] in answer.panel.outcomes
    ]


def _gap(info: OutcomeInfo, data: Data) -> Row:
    gap, parts = estimate(data["gap"]), [(told(p["words"]), estimate(p)) for p in data["parts"]]
    column = [effect for _, effect in parts]
    rows = [
        {"words": words, "size": measured(effect, info, column=column), "share": _of_gap(effect, gap)}
        for words, effect in parts
    ]
    return {
        "data": data,
        "info": info,
        "gap": gap,
        "parts": parts,
        "rows": rows,
        "sentence": gap_sentence(info, data, gap, parts),
    }


def gap_sentence(info: OutcomeInfo, data: Data, gap: Estimate, parts: Sequence[tuple[str, Estimate]]) -> str:
    """The gap, and the largest parts that are clear of zero."""
    names = {
        "policy": data["policy"],
        "base": data["baseline"],
        "label": name_in_text(info.said),
        "worlds": data["worlds"],
    }
    mean = gap.mean or 0.0
    size = measured(gap, info, signed=not gap.clear, flip=gap.clear and mean < 0)
    if not gap.clear:
        text = say(
            "'{policy}' and '{base}' cannot be told apart in {label}: {size} in {worlds} worlds",
            size=size,
            **names,
        )
    elif mean < 0:
        text = say(
            "'{policy}' ends with {size} less {label} than '{base}', in {worlds} worlds", size=size, **names
        )
    else:
        text = say(
            "'{policy}' ends with {size} more {label} than '{base}', in {worlds} worlds", size=size, **names
        )
    clear = sorted((p for p in parts if p[1].clear), key=lambda p: -abs(p[1].mean or 0.0))[:MOST_TOLD]
    if not clear:
        return say("{text}; no part of it is clear of zero.", text=text)
    column = [effect for _, effect in parts]
    told_parts = [
        say("{what} ({size})", what=words, size=measured(effect, info, brief=True, column=column))
        for words, effect in clear
    ]
    return say("{text}; its largest parts: {parts}.", text=text, parts=listed(told_parts))


def _of_gap(effect: Estimate, gap: Estimate) -> str:
    return f"{fixed(100 * (effect.mean or 0.0) / gap.mean, 0)} %" if gap.clear and gap.mean else ""


def flip(answer: Comparison, data: Data, turned: Flip | None = None) -> Row:
    """How often each policy is best, and the conditions under which; `turned` is what its map is drawn from."""
    info = answer.panel.outcomes[data["outcome"]]
    best = sorted(data["best"].items(), key=lambda item: -item[1])
    told_best = [
        say("'{policy}' in {share}", policy=name, share=f"{100 * part:.0f} %")
        for name, part in best
        if part > 0
    ]
    return {
        "sentence": say(
            "Best in {label}: {parts} of {cases}.",
            label=name_in_text(info.said),
            parts=listed(told_best),
            cases=_cases(answer, data),
        ),
        "apart": _apart(answer),
        "rows": [_box(box, () if turned is None else plainly(turned)) for box in data["boxes"]],
    }


def _cases(answer: Comparison, data: Data) -> str:
    """What the cases are, lest their shares are taken for those of other worlds."""
    axes = len(data.get("axes") or ())
    if not axes or answer.panel.meta.get("draws"):
        return say("{cases} cases", cases=data["cases"])
    return say(
        "{cases} worlds in which {axes} assumptions vary, those that go with the verdict most, and all others are as "
        "assumed",
        cases=data["cases"], axes=axes,
    )  # fmt: skip


def _apart(answer: Comparison) -> str:
    """Why the share on the first page is another; empty where there is none."""
    found = answer.elsewhere
    if not found or found["holds_in"] is None or found["worlds"] < LEAST:
        return ""
    names = {
        "share": 100 * found["holds_in"], "varied": found["varied"], "worlds": found["worlds"], "best": found["best"],
        "rivals": listed([quoted(rival) for rival in found["against"]]),
    }  # fmt: skip
    if found.get("level"):
        return say(
            "The {share:.0f} % on the first page answer another question: there all {varied} assumptions vary at once, in "
            "{worlds} worlds, and '{best}' need only be ahead of {rivals}, or behind by less than matters; here every lead "
            "counts, however small.",
            **names,
        )
    return say(
        "The {share:.0f} % on the first page answer another question: there all {varied} assumptions vary at once, in "
        "{worlds} worlds, and '{best}' need only be ahead of {rivals}.",
        **names,
    )


def _box(box: Data, plain_on_map: Sequence[str]) -> Row:
    if not box["found"]:
        return {
            "policy": box["policy"],
            "share": f"{100 * box['share']:.0f} %",
            "where": say(
                "none by counting cases; the map weighs each case by the size of the lead, and by that it is clearly ahead "
                "where its colour is plain"
            )
            if box["policy"] in plain_on_map
            else say("no conditions found"),
            "density": "",
        }
    density = {"mean": box["density"], "ci_low": box["ci_low"], "ci_high": box["ci_high"]}
    where = say(", ").join(_limit(limit) for limit in box["limits"])
    return {
        "policy": box["policy"],
        "share": f"{100 * box['share']:.0f} %",
        "where": where,
        "density": share(density),
    }


def _limit(limit: Mapping[str, Any]) -> str:
    name = name_in_words(limit["axis"])
    if "values" in limit:
        return f"{name} {listed(limit['values'], 'or')}"
    low, high = limit["low"], limit["high"]
    if low is not None and high is not None:
        return say("{name} from {low} to {high}", name=name, low=figure(low), high=figure(high))
    if high is not None:
        return say("{name} below {size}", name=name, size=figure(high))
    return say("{name} above {size}", name=name, size=figure(low or 0.0))


def value(answer: Comparison, data: Data) -> Row:
    """What is best today, what knowing is worth, single things and pilots."""
    info = answer.panel.outcomes[data["outcome"]]
    size = money(info, data["perfect"], data["ci_low"], data["ci_high"])
    if data["perfect"] > 0:
        size = say("{size} a year", size=size)
    sentence = say(
        "On average over what varies '{policy}' is best in {label}: the choice as long as no more is known. To know all "
        "of it before choosing would be worth {size}: no pilot and no study is worth more than that.",
        policy=data["chosen"], label=name_in_text(info.said), size=size,
    )  # fmt: skip
    return {
        "sentence": sentence,
        "rows": [
            {"name": name_in_words(one["name"]), "worth": money(info, one["perfect"], one["ci_low"], one["ci_high"])}
            for one in data["parameters"][:MOST_WORTH]
        ],
        "pilots": [
            {"policy": one["policy"], "weeks": one["weeks"], "reps": one["reps"],
             "worth": money(info, one["value"], one["ci_low"], one["ci_high"]),
             "cost": money(info, one["cost"], one["cost_ci_low"], one["cost_ci_high"])}
            for one in data["pilots"]
        ],
    }  # fmt: skip


def money(info: OutcomeInfo, mean: float | None, low: float | None, high: float | None) -> str:
    """Currency units of `value`, or the outcome's own unit, with the interval; "nothing beyond chance" for none."""
    if mean is not None and mean == 0:
        return say("nothing beyond chance")
    times = 100.0 if info.money else 1.0
    ends = [None if v is None else times * v for v in (mean, low, high)]
    return measured(Estimate(ends[0], ends[1], ends[2], 1), MONEY if info.money else info, signed=False)


def who(data: Data) -> Row:
    """Groups of people as rows, and single ones."""
    from analysis.plots.hurt import group_in_words, left_in_words

    def hundred(one: Data) -> Estimate:
        ends = [None if one[k] is None else 100 * one[k] for k in ("mean", "ci_low", "ci_high")]
        return Estimate(ends[0], ends[1], ends[2], 0)

    column = [hundred(g["won"]) for g in data["groups"]]
    return {
        "groups": [
            {"group": group_in_words(g), "people": f"{g['people']:.0f}",
             "won": measured(hundred(g["won"]), MONEY, column=column),
             "morale": measured(estimate(g["morale"]), POINTS), "left": measured(hundred(g["left"]), POINTS)}
            for g in data["groups"]
        ],
        "people": {
            side: [
                {"seat": p["seat"], "weeks": p["tenure"], "segment": p["segment"], "won": plain(100 * p["won"][1], MONEY),
                 "gain": plain(100 * p["gain"], MONEY, signed=True), "given": p["given"][1], "taken": p["taken"][1],
                 "left": left_in_words(p["left"][1])}
                for p in data[side]
            ]
            for side in ("hurt", "helped")
        },
        "policy": quoted(data["policy"]),
    }  # fmt: skip
