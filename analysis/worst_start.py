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
    starts = {p: f.quarter[p, outcome] for p in panel.rivals if (p, outcome) in f.quarter}
    starts = {p: d for p, d in starts.items() if d.effect.mean is not None}
    if not starts:
        return ""
    # the largest of the clear losses; a larger mean with a wide interval may be none
    behind = {p: d for p, d in starts.items() if d.effect.clear and gain(d, info) < 0}
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
            "is ahead after overtaking in week {week} ({size})", week=crossing.week, size=_size(late, info)
        )
    return say("is ahead ({size})", size=_size(late, info))


def _size(difference: Difference, info: OutcomeInfo) -> str:
    share = difference.percent
    return measured(difference.effect, info) if share.mean is None or share.low is None else percent(share)


def _price(f: Findings, policy: str) -> str:
    """What the policy does to all else that counts over the horizon, clear losses only."""
    found = seen(f, policy)
    if losses := [x.change for x in found if x.way < 0]:
        return say(", at a price of {losses} against '{base}'", losses=listed(losses), base=f.panel.baseline)
    return say(", with no clear loss in {what}", what=listed([x.word for x in found])) if found else ""
