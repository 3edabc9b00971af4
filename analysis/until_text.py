"""What `--until-decided` found, in sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace

from analysis.language import listed, quoted, say
from analysis.paired import Estimate
from analysis.panel import OutcomeInfo, Panel
from analysis.reversing import Reversing
from analysis.reversing import sentence as reversed_for
from analysis.units import fixed, measured, name_in_text, plain
from analysis.until import Rule, pick
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
    until = Until(
        found.matters, 100 * rule.matters if rule.share else None, rule.confidence, rule.most, found.level_with,
        worlds, sum(worlds.values()), fixed, None if fixed is None else fixed * len(worlds),
    )  # fmt: skip
    return replace(
        verdict,
        best=found.best,
        decided=found.settled and bool(found.margins) and (least is None or units >= least),
        draws=None if least is None else units,
        rival=rival,
        margin=None if rival is None else found.margins[rival],
        more_replications=None,
        replications=max(worlds.values()),
        rule=rule_of(until, panel.outcomes[verdict.outcome]),
        until=until,
    )


def _strength(margin: Estimate) -> float:
    """How sure a lead is, for finding the least sure: the lower end of its interval, none before any."""
    return float("-inf") if margin.low is None else margin.low


def rule_of(until: Until, info: OutcomeInfo) -> str:
    """The rule under which worlds were added, in the language of the block."""
    size = size_that_matters(until.matters, until.percent, info)
    return say(
        "Worlds were added until one policy was left: another is out when it is clearly worse, or no "
        "better by {size} or more ({confidence:.0%} over {comparisons} comparisons; Kim and Nelson 2006), "
        "{most:,} worlds at most. Brackets of leads hold at every look (Lai 1976).",
        size=size, confidence=until.confidence, comparisons=len(until.worlds) - 1, most=until.most,
    )  # fmt: skip


def size_that_matters(matters: float, percent: float | None, info: OutcomeInfo) -> str:
    """E.g. "2 % (1.2 M)", or "1.2 M" where the size was given so."""
    size = plain(matters, info)
    return size if percent is None else say("{text} ({share})", text=f"{percent:.3g} %", share=size)


def state(verdict: Verdict) -> str:
    """The verdict in two or three words."""
    if not verdict.decided:
        return say("Not decided")
    if verdict.until is None or not verdict.until.level_with:
        return say("Decided")
    percent = verdict.until.percent
    if percent is None:
        return say("Decided, but for ties")
    return say("Decided within {percent:.3g} %", percent=percent)


def sentence(
    verdict: Verdict, info: OutcomeInfo, span: str, brings: str, cheaper: Reversing | None = None
) -> str:
    """Which policy is best and from which it cannot be told. `brings` says what it brings against the baseline, `cheaper`
    which of those that cannot be told apart is cheaper to reverse.
    """
    until, best, label = verdict.until, verdict.best, name_in_text(info.said)
    assert until is not None
    size = size_that_matters(until.matters, until.percent, info)
    lead = ""
    if verdict.rival is not None and verdict.margin is not None:
        lead = say(
            "its lead over '{rival}' is {size}", rival=verdict.rival, size=_lead(verdict.margin, until, info)
        )
    common = {"best": best, "label": label, "span": span, "brings": brings}
    if not verdict.decided:
        return say(
            "Not decided after {worlds:,} worlds, the most that were allowed: '{best}' leads on {label} {span} "
            "({brings}), but {lead}, and a difference of {size} or more cannot be excluded.",
            worlds=verdict.replications, lead=lead, size=size, **common,
        )  # fmt: skip
    if not until.level_with:
        return say(
            "'{best}' is best on {label} {span}, with {sure:.0%} confidence: {brings}.",
            sure=until.confidence,
            **common,
        )
    last = reversed_for(cheaper) or say("Between these, what else they change decides.")
    return say(
        "'{best}' is best on {label} {span}, or within {size} of the best, with {sure:.0%} confidence: {brings}. It was "
        "not told apart from {names}, since none of them can be better by that much: {lead}. {last}",
        size=size, sure=until.confidence, names=_names(until.level_with, len(until.worlds) - 1), lead=lead, last=last,
        **common,
    )  # fmt: skip


def _lead(margin: Estimate, until: Until, info: OutcomeInfo) -> str:
    """E.g. "0.6 % [-1.1, 2.3], below your 2 %", or in the outcome's unit where the size that matters was given so."""
    below = margin.mean is not None and abs(margin.mean) < until.matters
    if until.percent is None or not until.matters:
        return measured(margin, info) + (
            say(", below your {size}", size=plain(until.matters, info)) if below else ""
        )
    share = until.percent / until.matters  # percent of the baseline's mean in one unit
    mean, low, high = (
        None if end is None else fixed(share * end, 1) for end in (margin.mean, margin.low, margin.high)
    )
    text = f"{mean} %" if low is None or high is None else f"{mean} % [{low}, {high}]"
    return text + (say(", below your {size}", size=f"{until.percent:.3g} %") if below else "")


def _names(policies: tuple[str, ...], others: int) -> str:
    """Policies by name, or how many where they are many."""
    if len(policies) <= NAMED:
        return listed([quoted(p) for p in policies], "or")
    if len(policies) == others:
        return say("any of the other {others}", others=others)
    return say("{some} of the other {others}", some=len(policies), others=others)


def effort(verdict: Verdict) -> str:
    """The runs it took, against a fixed design."""
    until = verdict.until
    if until is None:
        return ""
    fewest, most = min(until.worlds.values()), max(until.worlds.values())
    each = f"{most:,}" if fewest == most else say("{low} to {high}", low=f"{fewest:,}", high=f"{most:,}")
    text = say("It took {runs:,} runs, {each} worlds a policy", runs=until.runs, each=each)
    if until.fixed_runs is not None:
        text += say(
            "; as many worlds for all, promising as much, would be {worlds:,}, or {runs:,} runs",
            worlds=until.fixed_worlds, runs=until.fixed_runs,
        )  # fmt: skip
    return say(
        "{text}. Brackets in the tables are for a number of worlds that was fixed before; those of the verdict are not.",
        text=text,
    )
