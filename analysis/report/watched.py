"""What to watch: how often a policy goes wrong, rules to stop by, what signals tell of the end, reviews, crossovers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.crossover import crossing_words
from analysis.language import say, told
from analysis.plots.signals import WEEK, is_clear, stop_if
from analysis.price import PRICE
from analysis.report.sections import Row, estimate, share
from analysis.subject import subject
from analysis.units import fixed, measured, name_in_text

if TYPE_CHECKING:
    from analysis.comparison import Comparison
    from analysis.report.found import Data

MOST_SIGNALS = 8


def watch(answer: Comparison, data: Data) -> Row:
    """How often the policy goes wrong, the signals best first, and what reviews by the outcome would do."""
    info = answer.panel.outcomes[data["outcome"]]
    rules = [r for r in data["signals"] if r["threshold"] is not None and abs(r["threshold"]) < 1e9][
        :MOST_SIGNALS
    ]
    column = [estimate(rule["saves"]) for rule in rules]
    told_of = {
        "policy": data["policy"], "base": data["baseline"], "label": name_in_text(info.said),
        "share": share(data["goes_wrong"]), "worlds": data["worlds"],
    }  # fmt: skip
    first = (
        say(
            "'{policy}' ends behind '{base}' on {label} in {share} of {worlds} worlds in which the assumptions that "
            "matter most vary, the others as assumed.",
            **told_of,
        )
        if data.get("varied")
        else say("'{policy}' ends behind '{base}' on {label} in {share} of {worlds} worlds.", **told_of)
    )
    return {
        "sentences": [first, _verdict(data), *_told_best(data)],
        "usable": is_clear(data, data["signals"]),
        "rows": [
            {"signal": told(rule["label"]), "week": rule["week"], "stop": stop_if(rule), "false": share(rule["false_stop"]),
             "missed": share(rule["missed_stop"]), "saves": measured(estimate(rule["saves"]), info, column=column)}
            for rule in rules
        ],
        "leading": _leading(data),
        "reviews": [
            {"week": r["week"], "rejects": share(r["rejects"]), "wrong": share(r["wrong"])}
            for r in data.get("reviews") or ()
        ],
    }  # fmt: skip


def _verdict(data: Data) -> str:
    if not data["signals"]:
        return say("It does so too seldom, or too often, for a threshold to be learned.")
    if not is_clear(data, data["signals"]):
        return say("No signal of the first weeks clearly beats deciding beforehand, by its chance alone.")
    best = data["signals"][0]
    return say(
        "Watch {signal}: in week {week} after the start, stop if they lie {threshold}. That stops {false} of the "
        "worlds that would "
        "have gone well, and misses {missed} of those that go wrong.",
        signal=told(best["label"]), week=best["week"], threshold=stop_if(best), false=share(best["false_stop"]),
        missed=share(best["missed_stop"]),
    )  # fmt: skip


def _of_week(data: Data) -> Data | None:
    """What the signals of the week of the first page tell of the end, where that could be asked."""
    weeks = (data.get("leading") or {}).get("weeks") or ()
    return next(
        (one for one in weeks if one["week"] == WEEK and one["signals"] and one["signals"][0]["sign"]), None
    )


def _told_best(data: Data) -> list[str]:
    """Which signal tells best whether the policy ends ahead, if any tells more than chance."""
    if (found := _of_week(data)) is None:
        return []
    telling = [one for one in found["signals"] if one["more_than_chance"]]
    best = (telling or found["signals"])[0]
    names = {
        "many": len(found["signals"]), "telling": len(telling), "week": WEEK, "policy": data["policy"],
        "signal": told(best["label"]), "share": share(best["sign"]),
    }  # fmt: skip
    if not telling:
        return [
            say(
                "None of {many} signals of week {week} after the start tells more than chance whether '{policy}' ends "
                "ahead.",
                **names,
            )
        ]
    return [
        say(
            "Of {many} signals of week {week} after the start {signal} tells best whether '{policy}' ends ahead: right in "
            "{share} of pairs of worlds, by chance in 50 %; {telling} of {many} tell more than chance.",
            **names,
        )
    ]


def _leading(data: Data) -> list[Row]:
    """The signals of that week, best first."""
    found = _of_week(data)
    return [
        {"signal": told(one["label"]), "share": share(one["sign"]), "rank": _rank(one["size"]),
         "telling": one["more_than_chance"]}
        for one in (found["signals"] if found else ())
    ]  # fmt: skip


def _rank(data: Data) -> str:
    """A rank correlation with its interval."""
    ends = [fixed(data[key], 2) for key in ("mean", "ci_low", "ci_high") if data[key] is not None]
    return f"{ends[0]} [{ends[1]}, {ends[2]}]" if len(ends) == 3 else say("n/a")


def turns(answer: Comparison) -> list[Row]:
    """When the policy that the first page is about turns, on every outcome that is watched week by week."""
    if (policy := subject(answer)) is None:
        return []
    found = [(name, answer.crossings.get((policy, name))) for name, _ in PRICE]
    return [
        {
            "label": answer.panel.outcomes[name].said,
            "when": crossing_words(c.week, c.low, c.high, c.turn, c.reason),
        }
        for name, c in found
        if c is not None
    ]
