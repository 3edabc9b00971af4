"""The answer in plain sentences, for someone who leads sales and reads no statistics."""

from __future__ import annotations

from collections.abc import Sequence

from analysis import until_text
from analysis.best_text import best_sentence, level_text
from analysis.doubt import few_draws
from analysis.findings import Findings, seen
from analysis.language import count, listed, quoted, say
from analysis.paired import MIN_PAIRS, paired_difference
from analysis.panel import Panel
from analysis.price import PRICE, watched
from analysis.verdict import Horizon, Verdict
from analysis.worst_start import worst_start, worst_starter


def sentences(findings: Findings) -> tuple[str, str, str, str]:
    """First, mostly empty: which policies never finished, since nothing is said of them.

    Second: which policy is best, how sure, and what it costs in money elsewhere. Third, empty if that is decided: how
    the policy hardest to tell from it does on all else that is watched. Fourth: what the worst start costs, and at
    what price in contracts, people and knowledge.
    """
    return _absent(findings), best_sentence(findings), _runner_up(findings), worst_start(findings)


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
    never = [quoted(p) for p in f.panel.policies if not f.panel.present[f.panel.index(p)].any()]
    if not never:
        return ""
    text = count(
        "{names} failed in every world and was not compared", "{names} failed in every world and were not compared",
        len(never), names=listed(never),
    )  # fmt: skip
    if f.verdict.rival is None:
        return say("{text}.", text=text)
    return say("{text}; the verdict is about the others only.", text=text)


def _intervals(f: Findings) -> str:
    """Which intervals the sentences give, and which the verdict asks."""
    verdict = f.verdict
    if verdict.comparisons < 2 or verdict.replications < MIN_PAIRS or few_draws(verdict):
        return ""
    return say(
        "Brackets are 95 % intervals, each for its own figure; the verdict asks for more: a lead over each of the "
        "{others} other policies at {level}, so that all of them hold together at 95 %.",
        others=verdict.comparisons, level=level_text(verdict),
    )  # fmt: skip


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
    others = list(watched(panel, verdict.outcome, pairs))
    text = say(
        "{label} cannot tell '{best}' and '{rival}' apart",
        label=panel.outcomes[verdict.outcome].said, best=best, rival=rival,
    )  # fmt: skip
    worse, better = (
        listed([say("{what} ({size})", what=x.word, size=x.size) for x in others if x.way == way])
        for way in (-1, 1)
    )
    names = {"text": text, "rival": rival, "best": best}
    if worse and better:
        return say(
            "{text}; '{rival}' does clearly worse on {worse}, and clearly better on {better} than '{best}'.",
            worse=worse, better=better, **names,
        )  # fmt: skip
    if worse:
        return say("{text}; '{rival}' does clearly worse on {worse} than '{best}'.", worse=worse, **names)
    if better:
        return say("{text}; '{rival}' does clearly better on {better} than '{best}'.", better=better, **names)
    return (
        say("{text}, nor can {what}.", text=text, what=listed([x.word for x in others], "or"))
        if others
        else ""
    )


def _price_of_best(f: Findings) -> str:
    """What is not in money: that stands in the sentence itself."""
    best, base = f.verdict.best, f.panel.baseline
    found = (
        seen(f, best) if best != base and best != worst_starter(f) else []
    )  # whose price is told with its start
    if losses := [x.change for x in found if x.way < 0 and not x.info.money]:
        return say(
            "Price of '{best}' in people and knowledge: {losses} against '{base}'.",
            best=best, losses=listed(losses), base=base,
        )  # fmt: skip
    calm = [x.word for x in found if x.way >= 0]
    if not calm:
        return ""
    return say(
        "'{best}' shows no clear loss in {what} against '{base}'.", best=best, what=listed(calm), base=base
    )


def _stability(f: Findings) -> str:
    few = f.verdict.replications < MIN_PAIRS or few_draws(f.verdict)
    if f.horizon is None or f.verdict.rival is None or few:
        return ""
    early, verdict = f.horizon, f.verdict
    if verdict.until is not None:  # the early look has another rule: only another best policy says anything
        level = early.best == verdict.best or early.best in verdict.until.level_with
        return "" if level else _turns(early, verdict, f.panel)
    if not early.changed and early.decided == verdict.decided:
        return say(
            "Read at week {early} instead of {weeks}, the verdict is the same.",
            early=early.weeks,
            weeks=f.panel.weeks,
        )
    if not early.changed:
        state = say("decided") if early.decided else say("not decided")
        return say(
            "Read at week {early} instead of {weeks}, '{best}' also leads, but that is {state}.",
            early=early.weeks, weeks=f.panel.weeks, best=early.best, state=state,
        )  # fmt: skip
    return _turns(early, verdict, f.panel)


def _turns(early: Horizon, verdict: Verdict, panel: Panel) -> str:
    return say(
        "The verdict depends on the horizon: at week {early} '{then}' would lead, at week {weeks} it is '{best}'.",
        early=early.weeks, then=early.best, weeks=panel.weeks, best=verdict.best,
    )  # fmt: skip


def _failures(f: Findings) -> str:
    asked, until = f.panel.present.size, f.verdict.until
    if until is not None:  # policies that were out early were not run in later worlds
        asked = round(sum(until.worlds.values()) / max(until.worlds.values()) * len(f.panel.replications))
    failed = asked - int(f.panel.present.sum())
    if not failed:
        return ""
    return say(
        "{failed} of {asked} runs did not finish; their pairs are left out. If hard "
        "worlds fail more often, the figures flatter the policies that failed.",
        failed=failed, asked=asked,
    )  # fmt: skip


def same_runs(groups: Sequence[Sequence[str]]) -> list[str]:
    """One sentence for each group of policies that came out the same."""
    return [
        say(
            "{names}: same as '{name}' in every world.",
            names=listed([quoted(n) for n in group[1:]]),
            name=group[0],
        )
        for group in groups
    ]
