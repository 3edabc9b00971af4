"""What `--until-decided` found, in sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace

from analysis.paired import Estimate
from analysis.panel import OutcomeInfo, Panel
from analysis.price import listed
from analysis.reversing import Reversing
from analysis.reversing import sentence as reversed_for
from analysis.units import fixed, measured, name_in_text, plain
from analysis.until import Pick, Rule, pick
from analysis.verdict import Verdict

NAMED = 3
"""Policies that a sentence gives by name."""


@dataclass(frozen=True, slots=True)
class Until:
    """How a verdict came about that was looked at after every few worlds; `worlds` and `fixed_worlds` are of each policy.

    `matters` is in the outcome's unit, `percent` the same of the baseline's mean where it was given so. `level_with` are
    the policies that cannot be told from the best. `runs` were used; a fixed design would need `fixed_runs`.
    """

    matters: float
    percent: float | None
    confidence: float
    most: int
    level_with: tuple[str, ...]
    worlds: dict[str, int]
    runs: int
    fixed_worlds: int | None
    fixed_runs: int | None


def verdict_until(verdict: Verdict, panel: Panel, rule: Rule, worlds_a_unit: int) -> Verdict:
    """The verdict by the rule under which worlds were added. `panel` has a replication for each unit looked at."""
    found = pick(panel, verdict.outcome, rule, worlds_a_unit, skewed=verdict.least_draws is not None)
    worlds = {policy: units * worlds_a_unit for policy, units in found.worlds.items()}
    fixed = None if found.fixed is None else found.fixed * worlds_a_unit
    undecided = (
        [] if found.settled else [p for p in found.running if p != found.best]
    )  # it is they who keep it open
    weakest = min(undecided or found.margins, key=lambda p: _strength(found.margins[p]), default=None)
    rival = weakest if undecided else next(iter(found.level_with), None) or weakest
    units, least = min(found.worlds.values()), verdict.least_draws
    return replace(
        verdict,
        best=found.best,
        decided=found.settled and bool(found.margins) and (least is None or units >= least),
        draws=None if least is None else units,
        rival=rival,
        margin=None if rival is None else found.margins[rival],
        more_replications=None,
        replications=max(worlds.values()),
        rule=_rule(found, rule, panel.outcomes[verdict.outcome]),
        until=Until(
            found.matters, 100 * rule.matters if rule.share else None, rule.confidence, rule.most, found.level_with,
            worlds, sum(worlds.values()), fixed, None if fixed is None else fixed * len(worlds),
        ),
    )  # fmt: skip


def _strength(margin: Estimate) -> float:
    """How sure a lead is, for finding the least sure: the lower end of its interval, none before any."""
    return float("-inf") if margin.low is None else margin.low


def _rule(found: Pick, rule: Rule, info: OutcomeInfo) -> str:
    size = size_that_matters(found.matters, 100 * rule.matters if rule.share else None, info)
    return (
        f"Worlds were added until one policy was left: another is out when it is clearly worse, or no "
        f"better by {size} or more ({rule.confidence:.0%} over {len(found.margins)} comparisons; Kim and Nelson 2006), "
        f"{rule.most:,} worlds at most. "
        f"Brackets of leads hold at every look (Lai 1976)."
    )


def size_that_matters(matters: float, percent: float | None, info: OutcomeInfo) -> str:
    """E.g. "2 % (1.2 M)", or "1.2 M" where the size was given so."""
    size = plain(matters, info)
    return size if percent is None else f"{percent:.3g} % ({size})"


def state(verdict: Verdict) -> str:
    """The verdict in two or three words."""
    if not verdict.decided:
        return "Not decided"
    if verdict.until is None or not verdict.until.level_with:
        return "Decided"
    percent = verdict.until.percent
    return "Decided, but for ties" if percent is None else f"Decided within {percent:.3g} %"


def sentence(
    verdict: Verdict, info: OutcomeInfo, span: str, brings: str, cheaper: Reversing | None = None
) -> str:
    """Which policy is best and from which it cannot be told. `brings` says what it brings against the baseline, `cheaper`
    which of those that cannot be told apart is cheaper to reverse.
    """
    until, best, label = verdict.until, verdict.best, name_in_text(info.label)
    assert until is not None
    size = size_that_matters(until.matters, until.percent, info)
    sure = f"with {until.confidence:.0%} confidence"
    lead = ""
    if verdict.rival is not None and verdict.margin is not None:
        lead = f"its lead over '{verdict.rival}' is {_lead(verdict.margin, until, info)}"
    if not verdict.decided:
        return (
            f"Not decided after {verdict.replications:,} worlds, the most that were allowed: '{best}' leads on {label} "
            f"{span} ({brings}), but {lead}, and a difference of {size} or more cannot be excluded."
        )
    if not until.level_with:
        return f"'{best}' is best on {label} {span}, {sure}: {brings}."
    last = reversed_for(cheaper)
    return (
        f"'{best}' is best on {label} {span}, or within {size} of the best, {sure}: {brings}. It cannot be told apart from "
        f"{_names(until.level_with, len(until.worlds) - 1)}: {lead}. "
        f"{last or 'Between these, what else they change decides.'}"
    )


def _lead(margin: Estimate, until: Until, info: OutcomeInfo) -> str:
    """E.g. "0.6 % [-1.1, 2.3], below your 2 %", or in the outcome's unit where the size that matters was given so."""
    below = margin.mean is not None and abs(margin.mean) < until.matters
    if until.percent is None or not until.matters:
        return measured(margin, info) + (f", below your {plain(until.matters, info)}" if below else "")
    share = until.percent / until.matters  # percent of the baseline's mean in one unit
    mean, low, high = (
        None if end is None else fixed(share * end, 1) for end in (margin.mean, margin.low, margin.high)
    )
    text = f"{mean} %" if low is None or high is None else f"{mean} % [{low}, {high}]"
    return text + (f", below your {until.percent:.3g} %" if below else "")


def _names(policies: tuple[str, ...], others: int) -> str:
    """Policies by name, or how many where they are many."""
    if len(policies) <= NAMED:
        return listed([f"'{p}'" for p in policies], "or")
    return (
        f"any of the other {others}" if len(policies) == others else f"{len(policies)} of the other {others}"
    )


def effort(verdict: Verdict) -> str:
    """The runs it took, against a fixed design."""
    until = verdict.until
    if until is None:
        return ""
    fewest, most = min(until.worlds.values()), max(until.worlds.values())
    each = f"{most:,}" if fewest == most else f"{fewest:,} to {most:,}"
    text = f"It took {until.runs:,} runs, {each} worlds a policy"
    if until.fixed_runs is not None:
        text += f"; as many worlds for all, promising as much, would be {until.fixed_worlds:,}, or {until.fixed_runs:,} runs"
    return f"{text}. Brackets in the tables are for a number of worlds that was fixed before; those of the verdict are not."
