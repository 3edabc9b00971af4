"""What knowing is worth, in sentences, a table and plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.calibrated import told
from analysis.conditions import name_in_words
from analysis.flip_text import notes
from analysis.hangs import as_data as hangs_data
from analysis.hangs import sentence as hangs_sentence
from analysis.knowing import Knowing, Pilot, Worth
from analysis.paired import Estimate
from analysis.panel import OutcomeInfo
from analysis.tables import titled
from analysis.units import measured, name_in_text, plain

if TYPE_CHECKING:
    from rich.console import RenderableType

SMALL = 12
NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"
)  # fmt: skip
SHOWN = 6


def sentences(known: Knowing) -> list[str]:
    """What is best today, what all there is to know is worth, which single thing most, and every pilot."""
    info = known.answer.info
    things = len(known.parameters)
    what = "the one thing that varies" if things == 1 else f"all {_number(things)} things that vary"
    first = (
        f"Today '{known.chosen}' is best in {name_in_text(info.label)}. To know {what} before choosing would be "
        f"worth {_worth(known.perfect, info)}: no pilot and no study is worth more than that."
    )
    hangs = hangs_sentence(known.hangs, info.label)
    return [
        first,
        *([] if things == 1 else [_single(known)]),
        hangs,
        *(pilot_words(p, known) for p in known.pilots),
    ]


def _single(known: Knowing) -> str:
    best = known.parameters[0]
    if not best.value > 0:
        return "To know one of them alone is worth nothing beyond chance."
    what = f"{name_in_words(best.name)}: {_worth(best, known.answer.info)}"
    return f"Of single things most is to be had from {what}."


def pilot_words(pilot: Pilot, known: Knowing) -> str:
    """E.g. "A six-week pilot of 'lockdown' with 12 reps is worth 410 k [330, 520] a year and costs 60 k [20, 100] once"."""
    info, value = known.answer.info, pilot.worth
    length = f"{_number(pilot.weeks)}-week"
    article = "An" if length[0] in "e8" or pilot.weeks == 18 else "A"
    told = f"is worth {_worth(value, info)}"
    once = cents(pilot.cost, info)
    pilot_of = f"{article} {length} pilot of '{pilot.policy}' with {pilot.reps} reps {told}"
    if not once.clear and (once.mean or 0.0) <= 0:
        return f"{pilot_of}; no cost can be shown ({measured(once, info, signed=False)} once)."
    brings = "costs" if (once.mean or 0.0) > 0 else "brings in"
    figure = measured(once, info, signed=False, flip=brings == "brings in")
    return f"{pilot_of} and {brings} {figure} once."


def _worth(value: Worth, info: OutcomeInfo) -> str:
    """A value a year, or that there is none beyond chance, and how much there may be."""
    if value.value > 0:
        return money(value, info) + _year(info)
    at_most = f" (at most {amount(value.high, info)}{_year(info)})" if round(value.high, 4) > 0 else ""
    return f"nothing beyond chance{at_most}"


def money(value: Worth, info: OutcomeInfo) -> str:
    """A value with its interval."""
    return measured(cents(Estimate(value.value, value.low, value.high, 1), info), info, signed=False)


def amount(value: float, info: OutcomeInfo) -> str:
    """One figure."""
    return plain(value * (100 if info.money else 1), info)


def cents(estimate: Estimate, info: OutcomeInfo) -> Estimate:
    """Currency units as the cents that outcomes are counted in."""
    if not info.money or estimate.mean is None:
        return estimate
    low, high = (None if end is None else 100 * end for end in (estimate.low, estimate.high))
    return Estimate(100 * estimate.mean, low, high, estimate.n)


def _year(info: OutcomeInfo) -> str:
    return " a year" if info.flow or info.money else ""


def _number(count: int) -> str:
    return NUMBERS[count] if count <= SMALL else str(count)


def render_knowing(known: Knowing) -> list[RenderableType]:
    """The sentences and what each thing alone is worth, as rich renderables."""
    from rich.text import Text

    info = known.answer.info
    first, *rest = sentences(known)
    parts: list[RenderableType] = [
        Text(first, style="bold"),
        *map(Text, rest),
        Text(_doubts(known), style="dim"),
        *(Text(f"- {text}", style="dim") for text in notes(known.answer)),
    ]
    table = titled(f"What knowing it alone is worth, {name_in_text(info.label)}{_year(info)}")
    table.add_column(Text("what varies"), overflow="fold")
    table.add_column(Text("worth"), justify="right")
    for one in known.parameters[:SHOWN]:
        table.add_row(Text(one.name), Text(money(one, info) if one.value > 0 else "nothing beyond chance"))
    return [*parts, Text(""), table]


def _doubts(known: Knowing) -> str:
    info = known.answer.info
    text = f"From {known.cases} cases, taken as equally likely."
    if known.perfect.bias > known.perfect.error / 2:
        text += f" They are few{' for so many things' * (len(known.parameters) > SHOWN)}: all may well be worth more."
    if known.everything.mean is not None:
        text += f" Who knew the luck of the worlds too would have {amount(known.everything.mean, info)}{_year(info)}."
    if known.pilots:
        text += " A pilot's cost is without what waiting for it costs."
    return text


def as_data(known: Knowing) -> dict[str, Any]:
    """Plain data: what `value --json` prints. Money in currency units, a year, but for the cost of pilots: once."""
    info, perfect = known.answer.info, known.perfect
    unit = f"{info.currency or 'currency units'} a year" if info.money else info.unit
    return {
        "scenario": known.answer.meta["scenario"], "outcome": info.name, "unit": unit, "chosen": known.chosen,
        "cases": known.cases, "perfect": perfect.value, "ci_low": perfect.low, "ci_high": perfect.high,
        "bias": perfect.bias, "with_luck": known.everything.mean,
        "parameters": [
            {"name": one.name, "perfect": one.value, "ci_low": one.low, "ci_high": one.high, "bias": one.bias}
            for one in known.parameters
        ],
        "pilots": [
            {"policy": one.policy, "weeks": one.weeks, "reps": one.reps, "value": one.worth.value, "ci_low": one.worth.low,
             "ci_high": one.worth.high, "cost": one.cost.mean, "cost_ci_low": one.cost.low, "cost_ci_high": one.cost.high}
            for one in known.pilots
        ],
        "hangs_on": hangs_data(known.hangs, info.label), "sentences": sentences(known),
        "left_out": known.answer.incomplete, "calibration": told(known.answer.meta),
    }  # fmt: skip
