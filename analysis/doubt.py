"""How much of the doubt comes from luck and how much from what is uncertain about the world.

Where a scenario has draws of its parameters, two worlds share each draw and differ in luck alone (`meta["draws"]`). What
the two differ by is luck; what draws differ by beyond that is the parameters. Worlds of one draw are not independent, so
intervals rest on the means of draws, which are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.language import mark, say, told
from analysis.panel import Array, Panel
from analysis.verdict import Verdict

LEVEL = 0.95
LEAST_DRAWS = 4
"""Fewer draws with two worlds say nothing about where doubt comes from."""
FEW = mark("needs at least 4 draws with two worlds each")
SAME = mark("the difference is the same in every world")
Groups = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Share of the variance of one world's difference to the baseline that comes from the parameters; the rest is luck.

    None, with a reason, where there are too few draws or no variance.
    """

    share: float | None
    low: float | None
    high: float | None
    draws: int
    reason: str = ""


def draw_of_worlds(panel: Panel) -> Groups | None:
    """Number of the draw of each replication, (replications,); None where the scenario has no draws."""
    facts = panel.meta.get("draws")
    if not facts:
        return None
    worlds = np.array(panel.replications, dtype=np.int64)
    return np.asarray(worlds // int(facts["worlds_a_draw"]) % int(facts["number"]))


def pooled(panel: Panel, groups: Groups) -> Panel:
    """The panel with draws in place of worlds: each the mean of its worlds in which every policy finished.

    A draw in which no world is complete keeps the runs that finished. An outcome that is undefined in one world is so in
    the draw.
    """
    whole = panel.present.all(axis=0)
    of_draw, place = np.unique(groups, return_inverse=True)
    some = np.bincount(place, whole, minlength=len(of_draw)) > 0
    used = panel.present & (whole | ~some[place])
    first = [panel.replications[int(np.flatnonzero(place == k)[0])] for k in range(len(of_draw))]
    return replace(
        panel,
        replications=tuple(first),
        present=_sums(used.astype(np.float64), place, len(of_draw)) > 0,
        final={name: _means(values, used, place, len(of_draw)) for name, values in panel.final.items()},
        weekly={name: _means(values, used, place, len(of_draw)) for name, values in panel.weekly.items()},
    )


def _sums(values: Array, place: Groups, many: int) -> Array:
    """Sums over the worlds of each draw: (policies, worlds, ...) to (policies, draws, ...)."""
    found = np.zeros((values.shape[0], many, *values.shape[2:]))
    np.add.at(found.swapaxes(0, 1), place, values.swapaxes(0, 1))  # a view: `found` is filled
    return found


def _means(values: Array, used: npt.NDArray[np.bool_], place: Groups, many: int) -> Array:
    wide = used.reshape(*used.shape, *(1,) * (values.ndim - 2))
    count = _sums(np.broadcast_to(wide, values.shape).astype(np.float64), place, many)
    total = _sums(np.where(wide, values, 0.0), place, many)
    return np.where(count > 0, total / np.maximum(count, 1.0), np.nan)


def means_of_draws(values: Array, groups: Groups) -> Array:
    """Mean of each draw over its worlds with a number, (draws,); NaN where there is none."""
    _, place = np.unique(groups, return_inverse=True)
    known = np.isfinite(values)
    count, total = np.bincount(place, known), np.bincount(place, np.where(known, values, 0.0))
    return np.where(count > 0, total / np.maximum(count, 1.0), np.nan)


def split(difference: Array, groups: Groups) -> Doubt:
    """Share of the variance between draws, by one-way analysis of variance over draws with two worlds.

    The interval is that of the intraclass correlation (Searle 1971, Linear Models, ch. 9), exact for normal differences; a
    negative share is nought.
    """
    from scipy.stats import f

    known = np.isfinite(difference)
    pairs = [difference[known & (groups == g)][:2] for g in np.unique(groups)]
    both = np.array([pair for pair in pairs if len(pair) == 2])
    n = len(both)
    if n < LEAST_DRAWS:
        return Doubt(None, None, None, n, FEW)
    within = float(((both[:, 0] - both[:, 1]) ** 2).sum() / (2 * n))
    between = 2 * float(both.mean(axis=1).var(ddof=1))
    if within + between <= 0:
        return Doubt(None, None, None, n, SAME)
    if within <= 0:
        return Doubt(1.0, 1.0, 1.0, n)
    ratio = between / within
    shares = [
        (q - 1) / (q + 1)
        for q in (ratio, *(ratio / f.ppf(p, n - 1, n) for p in ((1 + LEVEL) / 2, (1 - LEVEL) / 2)))
    ]
    share, low, high = (max(0.0, float(s)) for s in shares)
    return Doubt(share, low, high, n)


def rows(worlds: Panel, groups: Groups, outcomes: Sequence[str]) -> list[dict[str, Any]]:
    """One row a rival and outcome, for `summary.json`."""
    found = []
    for policy in worlds.rivals:
        for outcome in outcomes:
            doubt = split(worlds.run(outcome, policy) - worlds.run(outcome, worlds.baseline), groups)
            luck = None if doubt.share is None else 1 - doubt.share
            found.append(
                {
                    "policy": policy, "baseline": worlds.baseline, "outcome": outcome, "parameters": doubt.share,
                    "ci_low": doubt.low, "ci_high": doubt.high, "luck": luck, "draws": doubt.draws, "reason": doubt.reason,
                }
            )  # fmt: skip
    return found


def sentence(worlds: Panel, groups: Groups, policy: str, outcome: str) -> str:
    """What to tell of the doubt about one difference."""
    difference = worlds.run(outcome, policy) - worlds.run(outcome, worlds.baseline)
    doubt = split(difference, groups)
    of_draws = means_of_draws(difference, groups) * worlds.outcomes[outcome].sign
    known = int(np.isfinite(of_draws).sum())
    ahead = (
        say(
            " '{policy}' is ahead in {some} of {all} draws.",
            policy=policy,
            some=int((of_draws > 0).sum()),
            all=known,
        )
        if known
        else ""
    )
    names = uncertain(worlds.meta["draws"])
    if doubt.share is None or doubt.low is None or doubt.high is None:
        return say(
            "{numbers} numbers of this world are uncertain and drawn; where doubt comes from: {reason}.",
            numbers=names, reason=told(doubt.reason),
        )  # fmt: skip
    split_up = say(
        "Of the doubt about '{policy}' against '{base}' in one world, {share:.0%} comes from the {numbers} numbers that the "
        "data leave open [{low:.0%}, {high:.0%}] and the rest from luck ({draws} draws, two worlds each).",
        policy=policy, base=worlds.baseline, share=doubt.share, numbers=names, low=doubt.low, high=doubt.high,
        draws=doubt.draws,
    )  # fmt: skip
    return split_up + ahead


def uncertain(facts: Mapping[str, Any]) -> int:
    """How many numbers are drawn; a field that all segments have is one."""
    return len({str(name).rpartition(".")[2] for name in facts["names"]})


def counted_in_worlds(verdict: Verdict, worlds: Panel, draws: int) -> Verdict:
    """A verdict over draws, with numbers of replications as people give them: in worlds."""
    here, facts, more = len(worlds.replications), worlds.meta["draws"], verdict.more_replications
    if more is not None:  # worlds beyond the last draw begin again with the first
        more = (
            max((draws + more) * facts["worlds_a_draw"] - here, 1)
            if draws + more <= facts["number"]
            else None
        )
    return replace(verdict, replications=here, more_replications=more)


def few_draws(verdict: Verdict) -> bool:
    """Whether what is uncertain was drawn too seldom for a verdict."""
    return verdict.draws is not None and verdict.draws < (verdict.least_draws or 0)


def too_few(verdict: Verdict, facts: Mapping[str, Any]) -> str:
    """How many draws there are, how many a verdict needs, and how many replications these are; `facts` of the draws."""
    drawn, least = verdict.draws or 0, verdict.least_draws or 0
    times = {1: say("once"), 2: say("twice")}.get(drawn) or say("{n} times", n=drawn)
    text = say(
        "what is uncertain about this world was drawn {times} only; a verdict needs {least} draws, so that what "
        "turns it in a fifth of all draws would be among them",
        times=times, least=least,
    )  # fmt: skip
    if facts["number"] < least:
        return say("{text}, and the scenario has {number}", text=text, number=facts["number"])
    return say("{text} ({share})", text=text, share=f"--replications {least * facts['worlds_a_draw']}")
