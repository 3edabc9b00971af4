"""The first sentence of a verdict: which policy is best, how sure that is, and what it brings or the closest one loses."""

from __future__ import annotations

from dataclasses import dataclass

from analysis import until_text
from analysis.doubt import few_draws, too_few
from analysis.findings import Findings, seen
from analysis.language import count, say
from analysis.paired import MIN_PAIRS, Difference, Estimate
from analysis.panel import OutcomeInfo
from analysis.price import UNSEEN, ends_with
from analysis.reversing import reversing
from analysis.units import chance, measured, name_in_text, percent, plain
from analysis.verdict import Verdict, together

QUOTABLE = 10  # replications below which the sentence gives their number in place of a chance
REACH, REACH_AT_LEAST = 20, 1000  # so many times the replications run, or so many, are not worth forecasting
SKEWED = 1.25
"""One side of an interval so many times the other is worth a word."""


@dataclass(frozen=True)
class Sizes:
    """How the figures of one sentence are given: the difference to the baseline and the lead, in one unit and rounding.

    `by_share`: in percent of the baseline, where a calibration assumes what the sum rests on.
    """

    difference: Difference
    info: OutcomeInfo
    lead: Estimate | None
    by_share: bool

    def against(self) -> str:
        """E.g. "brings +1.2 M [0.3, 2.1] (+4.1 % [1.0, 7.2])", or "loses 1.2 M [0.3, 2.1] (4.1 % [1.0, 7.2])"."""
        effect, share = self.difference.effect, self.difference.percent
        loses = self.info.direction > 0 and (effect.mean or 0.0) < 0
        if self.by_share:
            size = percent(share, not loses, loses, self._beside())
        else:
            size = measured(effect, self.info, not loses, loses, column=self._beside())
            if share.mean is not None and share.low is not None:
                size = say("{text} ({share})", text=size, share=percent(share, not loses, loses))
        if loses:
            return say("loses {size}", size=size)
        return (
            say("brings {size}", size=size) if self.info.direction > 0 else say("comes to {size}", size=size)
        )

    def of_lead(self) -> str:
        """The lead with its interval."""
        assert self.lead is not None
        if self.by_share:
            return percent(self._beside()[0], signed=False, column=[self.difference.percent])
        return measured(self.lead, self.info, signed=False, column=[self.difference.effect])

    def widest(self) -> str:
        """The largest lead either way that the interval leaves open."""
        assert self.lead is not None
        one = self._beside()[0]
        size = max(abs(one.low or 0.0), abs(one.high or 0.0))
        return say("{size:.2g} %", size=size) if self.by_share else plain(size, self.info)

    def _beside(self) -> list[Estimate]:
        """The lead in the unit of the difference."""
        if self.lead is None:
            return []
        effect, share = self.difference.effect.mean, self.difference.percent.mean
        return [scaled(self.lead, share / effect) if self.by_share and share and effect else self.lead]


def scaled(one: Estimate, factor: float) -> Estimate:
    """The same in another unit, of `factor` (above 0) to the one it is in."""
    mean, low, high = (None if v is None else v * factor for v in (one.mean, one.low, one.high))
    return Estimate(mean, low, high, one.n, one.reason)


def best_sentence(f: Findings) -> str:
    """Which policy leads the headline outcome, or that nothing can be said yet."""
    verdict, panel = f.verdict, f.panel
    info = panel.outcomes[verdict.outcome]
    label, best, base = name_in_text(info.said), verdict.best, panel.baseline
    if len(panel.policies) < 2:
        return say("Only '{best}' was run, so there is nothing to compare it with.", best=best)
    if verdict.rival is None:
        return say(
            "Not decided: only '{best}' has finished runs, so there is nothing to compare it with.", best=best
        )
    span = say(
        "over {weeks} weeks from week {start}", weeks=panel.weeks - panel.start_week, start=panel.start_week
    )
    if info.reduce == "last":  # a level: what stands there in the end
        span = say("at week {week}", week=panel.weeks)
    sizes = _sizes(f)
    if best == base:
        brings = say("no policy does better than '{base}'", base=base)
        brings += say("; the closest, '{rival}', {brings}", rival=verdict.rival, brings=sizes.against())
        brings += ends_with(seen(f, verdict.rival), -1)
    else:
        brings = say("it {brings} against '{base}'", brings=sizes.against(), base=base) + ends_with(
            seen(f, best), 1
        )
    if verdict.replications < MIN_PAIRS:
        return count(
            "Not decided: with {n} replication '{best}' comes out first on {label} {span}, but one cannot tell how sure "
            "that is ({brings}).",
            "Not decided: with {n} replications '{best}' comes out first on {label} {span}, but one cannot tell how sure "
            "that is ({brings}).",
            verdict.replications, best=best, label=label, span=span, brings=brings,
        )  # fmt: skip
    if few_draws(verdict):
        return say(
            "Not decided: '{best}' comes out first on {label} {span}: {brings}. But {but}.",
            best=best, label=label, span=span, brings=brings, but=too_few(verdict, panel.meta["draws"]),
        )  # fmt: skip
    if verdict.until is not None:
        cheaper = reversing(panel, (best, *verdict.until.level_with))
        return until_text.sentence(verdict, info, span, brings, cheaper)
    sure = chance(verdict.probability_best[best])
    if verdict.decided:
        return say(
            "'{best}' is best on {label} {span}, with probability {sure} of the highest mean: {brings}.",
            best=best, label=label, span=span, sure=sure, brings=brings,
        )  # fmt: skip
    rival, margin = verdict.rival, verdict.margin
    if margin is not None and margin.mean == 0:
        return say(
            "Not decided: '{best}' and '{rival}' come out exactly equal on {label} {span} ({brings}).",
            best=best, rival=rival, label=label, span=span, brings=brings,
        )  # fmt: skip
    lead = say("its lead over '{rival}'", rival=rival)
    if sizes.lead is not None:
        size = say("{size} at {level}", size=sizes.of_lead(), level=level_text(verdict))
        if _skewed(verdict):
            size = say("{size} (wider towards the long tail of the draws)", size=size)
        lead = say("{lead}, {size},", lead=lead, size=size)
    if out_of_reach(verdict):
        more = say("too small to settle with a realistic number of replications")
        if sizes.lead is not None:
            more += say("; a difference of more than {size} either way can be excluded", size=sizes.widest())
    else:
        needed = rounded(verdict.more_replications or 1)
        more = say("not clear yet; about {needed} more replications would likely settle it", needed=needed)
    if verdict.replications < QUOTABLE:
        how_sure = say("after only {worlds} replications", worlds=verdict.replications)
    else:
        how_sure = say("with probability {sure} of the highest mean", sure=sure)
    return say(
        "Not decided: '{best}' leads on {label} {span} {how_sure}: {brings}. But {lead} is {more}.",
        best=best, label=label, span=span, how_sure=how_sure, brings=brings, lead=lead, more=more,
    )  # fmt: skip


def _sizes(f: Findings) -> Sizes:
    """The figures of the sentence; the lead only where it is told."""
    verdict, panel = f.verdict, f.panel
    told = verdict.rival if verdict.best == panel.baseline else verdict.best
    assert told is not None
    margin = verdict.margin
    silent = (
        verdict.decided or verdict.until is not None or few_draws(verdict) or verdict.replications < MIN_PAIRS
    )
    lead = None if silent or margin is None or margin.low is None else margin
    difference = f.differences[told, verdict.outcome]
    assumed = verdict.outcome in UNSEEN and bool(panel.meta.get("calibration"))
    return Sizes(
        difference, panel.outcomes[verdict.outcome], lead, assumed and difference.percent.low is not None
    )


def _skewed(verdict: Verdict) -> bool:
    """Whether the interval of the lead over draws is much wider on one side, as skewness makes it."""
    margin = verdict.margin
    if verdict.draws is None or margin is None:
        return False
    if margin.mean is None or margin.low is None or margin.high is None:
        return False
    below, above = margin.mean - margin.low, margin.high - margin.mean
    return max(below, above) > SKEWED * min(below, above)


def level_text(verdict: Verdict) -> str:
    """The level of each of the intervals that the verdict asks to leave out zero, e.g. "99.4 %"."""
    return f"{100 * together(verdict.comparisons):.3g} %"


def out_of_reach(verdict: Verdict) -> bool:
    """Whether settling it would take many times the replications there are."""
    reach = max(REACH * verdict.replications, REACH_AT_LEAST)
    return verdict.more_replications is None or verdict.more_replications > reach


def rounded(count: int) -> int:
    """Two figures are enough for a forecast of effort."""
    size = int(10 ** max(len(str(count)) - 2, 0))
    return -(-count // size) * size
