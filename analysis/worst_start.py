"""The policy with the worst start: what it costs, and at what price in contracts, people and knowledge."""

from __future__ import annotations

from analysis.crossover import OVERTAKES
from analysis.findings import Findings, seen
from analysis.language import listed, say
from analysis.paired import Difference
from analysis.panel import OutcomeInfo
from analysis.price import gain
from analysis.units import measured, name_in_text, percent


def worst_start(f: Findings) -> str:
    """What the worst start costs, where the policy stands in the end, and at what price; empty without rivals."""
    panel, outcome = f.panel, f.verdict.outcome
    info = panel.outcomes[outcome]
    starts = _starts(f)
    if not starts:
        return ""
    behind = _behind(f)
    worst = min(behind or starts, key=lambda p: gain(starts[p], info))
    early, late = starts[worst], f.differences.get((worst, outcome))
    label = name_in_text(info.said)
    if not behind:
        return say(
            "In the first quarter after the start no policy clearly falls behind '{base}' on {label}; the lowest is "
            "'{worst}' ({size}).",
            base=panel.baseline, label=label, worst=worst, size=_size(early, info),
        )  # fmt: skip
    text = say(
        "'{worst}' {loses} in the first quarter after the start",
        worst=worst,
        loses=_loses(early, info, label),
    )
    if late is not None and late.effect.mean is not None:
        later = _later(f, worst, late, info)
        text += say(", and {later} by week {week}", later=later, week=panel.weeks)
    return say("{text}.", text=text + _price(f, worst))


def worst_starter(f: Findings) -> str | None:
    """The policy with the largest clear loss at the start, of which `worst_start` tells the price; None without one."""
    info, behind = f.panel.outcomes[f.verdict.outcome], _behind(f)
    return min(behind, key=lambda p: gain(behind[p], info), default=None)


def _starts(f: Findings) -> dict[str, Difference]:
    outcome = f.verdict.outcome
    found = {p: f.quarter[p, outcome] for p in f.panel.rivals if (p, outcome) in f.quarter}
    return {p: d for p, d in found.items() if d.effect.mean is not None}


def _behind(f: Findings) -> dict[str, Difference]:
    """Clear losses of the first quarter; a larger mean with a wide interval may be none."""
    info = f.panel.outcomes[f.verdict.outcome]
    return {p: d for p, d in _starts(f).items() if d.effect.clear and gain(d, info) < 0}


def _loses(early: Difference, info: OutcomeInfo, label: str) -> str:
    """E.g. "loses 38 % [33, 43] of new ARR", or "raises exits by 12 % [8, 16]" where less is better."""
    share = early.percent
    bounded = share.mean is not None and share.low is not None
    falls = info.direction > 0
    size = percent(share, False, falls) if bounded else measured(early.effect, info, False, falls)
    if falls:
        return say("loses {size} of {label}", size=size, label=label)
    return say("raises {label} by {size}", size=size, label=label)


def _later(f: Findings, policy: str, late: Difference, info: OutcomeInfo) -> str:
    crossing = f.crossovers.get((policy, f.verdict.outcome))
    if not late.effect.clear:
        return say("is about level with '{base}' ({size})", base=f.panel.baseline, size=_size(late, info))
    if gain(late, info) < 0:
        return say("is still behind ({size})", size=_size(late, info))
    if crossing and crossing.turn == OVERTAKES:
        return say(
            "overtakes in week {week} and is ahead ({size})", week=crossing.week, size=_size(late, info)
        )
    return say("is ahead ({size})", size=_size(late, info))


def _size(difference: Difference, info: OutcomeInfo) -> str:
    share = difference.percent
    return measured(difference.effect, info) if share.mean is None or share.low is None else percent(share)


def _price(f: Findings, policy: str) -> str:
    """What the policy does to all else that counts over the horizon, clear losses only."""
    found = seen(f, policy)
    losses, gains = ([x.change for x in found if x.way == way] for way in (-1, 1))
    if losses and gains:
        return say(
            ", at a price of {losses} against '{base}', but with {gains}",
            losses=listed(losses), base=f.panel.baseline, gains=listed(gains),
        )  # fmt: skip
    if losses:
        return say(", at a price of {losses} against '{base}'", losses=listed(losses), base=f.panel.baseline)
    return say(", with no clear loss in {what}", what=listed([x.word for x in found])) if found else ""
