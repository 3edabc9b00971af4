"""The answer in plain sentences, for someone who leads sales and reads no statistics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis import until_text
from analysis.crossover import OVERTAKES, Crossover
from analysis.doubt import few_draws, too_few
from analysis.paired import MIN_PAIRS, Difference, paired_difference
from analysis.panel import OutcomeInfo, Panel
from analysis.price import PRICE, Watched, ends_with, gain, listed, watched
from analysis.reversing import reversing
from analysis.units import chance, measured, name_in_text, percent, plain
from analysis.verdict import Horizon, Verdict, together

QUOTABLE = 10  # replications below which the sentence gives their number in place of a chance
REACH, REACH_AT_LEAST = 20, 1000  # so many times the replications run, or so many, are not worth forecasting

Table = Mapping[tuple[str, str], Difference]


@dataclass(frozen=True)
class Findings:
    """What the sentences draw on; tables are keyed by (policy, outcome)."""

    panel: Panel
    verdict: Verdict
    horizon: Horizon | None
    differences: Table
    quarter: Table
    crossovers: Mapping[tuple[str, str], Crossover]


def sentences(findings: Findings) -> tuple[str, str, str, str]:
    """First, mostly empty: which policies never finished, since nothing is said of them.

    Second: which policy is best, how sure, and what it costs in money elsewhere. Third, empty if that is decided: how
    the policy hardest to tell from it does on all else that is watched. Fourth: what the worst start costs, and at
    what price in contracts, people and knowledge.
    """
    return _absent(findings), _best(findings), _runner_up(findings), _worst(findings)


def notes(findings: Findings) -> list[str]:
    """What else to know: the price of the best policy, which intervals, how the horizon matters, runs that failed."""
    effort = until_text.effort(findings.verdict)
    found = [
        _price_of_best(findings),
        effort or _intervals(findings),
        _stability(findings),
        _failures(findings),
    ]
    return [note for note in found if note]


def _absent(f: Findings) -> str:
    never = [f"'{p}'" for p in f.panel.policies if not f.panel.present[f.panel.index(p)].any()]
    if not never:
        return ""
    was = "was" if len(never) == 1 else "were"
    text = f"{listed(never)} failed in every world and {was} not compared"
    alone = f.verdict.rival is None
    return f"{text}." if alone else f"{text}; the verdict is about the others only."


def _best(f: Findings) -> str:
    verdict, panel = f.verdict, f.panel
    info = panel.outcomes[verdict.outcome]
    label, best, base = name_in_text(info.label), verdict.best, panel.baseline
    if len(panel.policies) < 2:
        return f"Only '{best}' was run, so there is nothing to compare it with."
    if verdict.rival is None:
        return f"Not decided: only '{best}' has finished runs, so there is nothing to compare it with."
    span = f"over {panel.weeks - panel.start_week} weeks from week {panel.start_week}"
    if info.reduce == "last":  # a level: what stands there in the end
        span = f"at week {panel.weeks}"
    if best == base:
        brings = f"no policy does better than '{base}'"
        if verdict.rival:
            closest = f.differences[verdict.rival, verdict.outcome]
            brings += f"; the closest, '{verdict.rival}', {_against(closest, info)}"
            brings += ends_with(_seen(f, verdict.rival), -1)
    else:
        brings = f"it {_against(f.differences[best, verdict.outcome], info)} against '{base}'"
        brings += ends_with(_seen(f, best), 1)
    if verdict.replications < MIN_PAIRS:
        return (
            f"Not decided: with {verdict.replications} replication{'s' * (verdict.replications > 1)} "
            f"'{best}' comes out first on {label} {span}, but one cannot tell how sure that is ({brings})."
        )
    if few_draws(verdict):
        but = too_few(verdict, panel.meta["draws"])
        return f"Not decided: '{best}' comes out first on {label} {span}: {brings}. But {but}."
    if verdict.until is not None:
        cheaper = reversing(panel, (best, *verdict.until.level_with))
        return until_text.sentence(verdict, info, span, brings, cheaper)
    sure = chance(verdict.probability_best[best])
    if verdict.decided:
        return f"'{best}' is best on {label} {span}, with probability {sure}: {brings}."
    rival, margin = verdict.rival, verdict.margin
    if margin is not None and margin.mean == 0:
        return f"Not decided: '{best}' and '{rival}' come out exactly equal on {label} {span} ({brings})."
    lead = f"its lead over '{rival}'"
    if margin is not None and margin.low is not None:
        lead += f", {measured(margin, info, signed=False)} at {_level(verdict)},"
    if _out_of_reach(verdict):
        more = "too small to settle with a realistic number of replications"
        if margin is not None and margin.low is not None and margin.high is not None:
            widest = max(abs(margin.low), abs(margin.high))
            more += f"; a difference of more than {plain(widest, info)} either way can be excluded"
    else:
        more = f"not clear yet; about {_rounded(verdict.more_replications or 1)} more replications would likely settle it"
    few = verdict.replications < QUOTABLE
    how_sure = f"after only {verdict.replications} replications" if few else f"with probability {sure}"
    return f"Not decided: '{best}' leads on {label} {span} {how_sure}: {brings}. But {lead} is {more}."


def _level(verdict: Verdict) -> str:
    """The level of each of the intervals that the verdict asks to leave out zero, e.g. "99.4 %"."""
    return f"{100 * together(verdict.comparisons):.3g} %"


def _intervals(f: Findings) -> str:
    """Which intervals the sentences give, and which the verdict asks."""
    verdict = f.verdict
    if verdict.comparisons < 2 or verdict.replications < MIN_PAIRS or few_draws(verdict):
        return ""
    return (
        f"Brackets are 95 % intervals, each for its own figure; the verdict asks for more: a lead over each of the "
        f"{verdict.comparisons} other policies at {_level(verdict)}, so that all of them hold together at 95 %."
    )


def _out_of_reach(verdict: Verdict) -> bool:
    """Whether settling it would take many times the replications there are."""
    reach = max(REACH * verdict.replications, REACH_AT_LEAST)
    return verdict.more_replications is None or verdict.more_replications > reach


def _runner_up(f: Findings) -> str:
    """What sets best and rival apart where the headline does not: rival minus best, in the same worlds."""
    verdict, panel = f.verdict, f.panel
    best, rival = verdict.best, verdict.rival
    if (
        verdict.decided
        or rival is None
        or verdict.margin is None
        or verdict.margin.low is None
        or few_draws(verdict)
    ):
        return ""
    pairs = {}
    both = panel.present[panel.index(best)] & panel.present[panel.index(rival)]
    for outcome, _ in PRICE:
        if outcome in panel.final:
            values = panel.run(outcome, rival), panel.run(outcome, best)
            pairs[outcome] = paired_difference(*values, panel.outcomes[outcome].direction, both)
    seen = list(watched(panel, verdict.outcome, pairs))
    text = f"{panel.outcomes[verdict.outcome].label} cannot tell '{best}' and '{rival}' apart"
    sides = {"worse": -1, "better": 1}
    clear = {side: [f"{x.word} ({x.size})" for x in seen if x.way == sides[side]] for side in sides}
    found = [f"{side} on {listed(parts)}" for side, parts in clear.items() if parts]
    if found:
        return f"{text}; '{rival}' does clearly {', and clearly '.join(found)} than '{best}'."
    return f"{text}, nor can {listed([x.word for x in seen], 'or')}." if seen else ""


def _against(difference: Difference, info: OutcomeInfo) -> str:
    """E.g. "brings +1.2 M [0.3, 2.1] (+4.1 % [1.0, 7.2])", or "loses 1.2 M [0.3, 2.1] (4.1 % [1.0, 7.2])"."""
    share = difference.percent
    loses = info.direction > 0 and (difference.effect.mean or 0.0) < 0
    word = "loses" if loses else "brings" if info.direction > 0 else "comes to"
    text = f"{word} {measured(difference.effect, info, not loses, loses)}"
    return text if share.mean is None or share.low is None else f"{text} ({percent(share, not loses, loses)})"


def _worst(f: Findings) -> str:
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
    label = name_in_text(info.label)
    if not behind:
        return (
            f"In the first quarter after the start no policy clearly falls behind '{panel.baseline}' on "
            f"{label}; the lowest is '{worst}' ({_size(early, info)})."
        )
    text = f"'{worst}' {_loses(early, info, label)} in the first quarter after the start"
    if late is not None and late.effect.mean is not None:
        text += f", and {_later(f, worst, late, info)} by week {panel.weeks}"
    return text + _price(f, worst) + "."


def _loses(early: Difference, info: OutcomeInfo, label: str) -> str:
    """E.g. "loses 38 % [33, 43] of new ARR", or "raises exits by 12 % [8, 16]" where less is better."""
    share = early.percent
    bounded = share.mean is not None and share.low is not None
    falls = info.direction > 0
    size = percent(share, False, falls) if bounded else measured(early.effect, info, False, falls)
    return f"loses {size} of {label}" if falls else f"raises {label} by {size}"


def _later(f: Findings, policy: str, late: Difference, info: OutcomeInfo) -> str:
    crossing = f.crossovers.get((policy, f.verdict.outcome))
    if not late.effect.clear:
        return f"is about level with '{f.panel.baseline}' ({_size(late, info)})"
    if gain(late, info) < 0:
        return f"is still behind ({_size(late, info)})"
    when = f" after overtaking in week {crossing.week}" if crossing and crossing.turn == OVERTAKES else ""
    return f"is ahead{when} ({_size(late, info)})"


def _size(difference: Difference, info: OutcomeInfo) -> str:
    share = difference.percent
    return measured(difference.effect, info) if share.mean is None or share.low is None else percent(share)


def _price(f: Findings, policy: str) -> str:
    """What the policy does to all else that counts over the horizon, clear losses only."""
    seen = _seen(f, policy)
    if losses := [x.change for x in seen if x.way < 0]:
        return f", at a price of {listed(losses)} against '{f.panel.baseline}'"
    return f", with no clear loss in {listed([x.word for x in seen])}" if seen else ""


def _price_of_best(f: Findings) -> str:
    """What is not in money: that stands in the sentence itself."""
    best, base = f.verdict.best, f.panel.baseline
    seen = _seen(f, best) if best != base else []
    if losses := [x.change for x in seen if x.way < 0 and not x.info.money]:
        return f"Price of '{best}' in people and knowledge: {listed(losses)} against '{base}'."
    calm = [x.word for x in seen if x.way >= 0]
    return f"'{best}' shows no clear loss in {listed(calm)} against '{base}'." if calm else ""


def _seen(f: Findings, policy: str) -> list[Watched]:
    differences = {o: f.differences[policy, o] for o, _ in PRICE if (policy, o) in f.differences}
    return list(watched(f.panel, f.verdict.outcome, differences))


def _stability(f: Findings) -> str:
    few = f.verdict.replications < MIN_PAIRS or few_draws(f.verdict)
    if f.horizon is None or f.verdict.rival is None or few:
        return ""
    early, verdict = f.horizon, f.verdict
    if verdict.until is not None:  # the early look has another rule: only another best policy says anything
        level = early.best == verdict.best or early.best in verdict.until.level_with
        return "" if level else _turns(early, verdict, f.panel)
    if not early.changed and early.decided == verdict.decided:
        return f"Read at week {early.weeks} instead of {f.panel.weeks}, the verdict is the same."
    if not early.changed:
        state = "decided" if early.decided else "not decided"
        read = f"Read at week {early.weeks} instead of {f.panel.weeks}"
        return f"{read}, '{early.best}' also leads, but that is {state}."
    return _turns(early, verdict, f.panel)


def _turns(early: Horizon, verdict: Verdict, panel: Panel) -> str:
    return (
        f"The verdict depends on the horizon: at week {early.weeks} '{early.best}' would lead, "
        f"at week {panel.weeks} it is '{verdict.best}'."
    )


def _failures(f: Findings) -> str:
    asked, until = f.panel.present.size, f.verdict.until
    if until is not None:  # policies that were out early were not run in later worlds
        asked = round(sum(until.worlds.values()) / max(until.worlds.values()) * len(f.panel.replications))
    failed = asked - int(f.panel.present.sum())
    if not failed:
        return ""
    return (
        f"{failed} of {asked} runs did not finish; their pairs are left out. If hard "
        "worlds fail more often, the figures flatter the policies that failed."
    )


def same_runs(groups: Sequence[Sequence[str]]) -> list[str]:
    """One sentence for each group of policies that came out the same."""
    return [
        listed([f"'{name}'" for name in group[1:]]) + f": same as '{group[0]}' in every world."
        for group in groups
    ]


def _rounded(count: int) -> int:
    """Two figures are enough for a forecast of effort."""
    size = int(10 ** max(len(str(count)) - 2, 0))
    return -(-count // size) * size
