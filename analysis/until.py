"""Enough worlds and no more: which policies need further worlds, and when the best one is known.

**Procedure.** Policies live the same worlds, so every look compares pairs. A policy is out once another one still running
either beats it clearly (its anytime-valid interval excludes zero) or can no longer be worse by the smallest difference that
matters (fully sequential selection with an indifference zone: Kim & Nelson 2001, ACM TOMACS 11(3), in the form
of 2006, Operations Research 54(3), that takes the variance anew at every look and allows for pairs that share luck). It ends
when one is left. Bonferroni over rivals; four fifths of the error belong to the second rule, a fifth to the first.

**Promise.** If the best policy is better than all others by the smallest difference that matters, it is the one picked with
the confidence asked for, for normal differences. What is picked among closer ones is measured
(`tests/analysis/test_until.py`, docs/until_decided.md).

**Intervals.** Looking often makes t intervals too narrow. Those given here hold at all looks together: they invert the
scale-invariant mixture of t tests of Lai (1976, Annals of Statistics 4(2); Wang & Ramdas 2025, Sequential Analysis).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from analysis.paired import MIN_PAIRS, Estimate, skew_reach, t_quantile, z_quantile
from analysis.panel import Array, Panel

SPREAD = 0.3
"""Variance, in those of a single difference, of the effects that the mixture expects: narrow from 10 to 300 pairs."""
WIDEST = 2.0
"""Times an interval is widened for skewness at most: far out the transformation runs away."""
CLOSE_SHARE = 0.8
"""Of the error allowed, what the indifference zone may use up."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When to stop. `matters` is in the outcome's unit (cents for money), or with `share` a share of the baseline's mean.

    `most` and the counts of looks are worlds; where worlds share draws of parameters, they are looked at by whole draws.
    """

    matters: float = 0.02
    share: bool = True
    confidence: float = 0.95
    first: int = 10
    growth: float = 1.1
    most: int = 1000

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Rule:
        """From what `data` gave."""
        return cls(**data)

    def data(self) -> dict[str, Any]:
        """Plain data, for a run directory."""
        return asdict(self)

    def looks(self, worlds_a_unit: int = 1) -> Iterator[int]:
        """Units (worlds, or draws of several worlds) after which to look, the last one at `most` worlds."""
        end = max(MIN_PAIRS, self.most // worlds_a_unit)
        units = min(end, max(MIN_PAIRS, self.first))
        while units < end:
            yield units
            units = max(units + 1, math.ceil(units * self.growth))
        yield end


@dataclass(frozen=True, slots=True)
class Pick:
    """The state after the last look.

    `running` are the policies not out yet, best first; `settled` if one is left. `worlds[p]` is how many worlds (or draws)
    of each were used; a policy that is out needs no more. `margins[p]` is best minus p in the outcome's better direction,
    with an interval that holds at all looks and for all rivals together. `level_with` are those that no policy is clearly
    ahead of by such an interval, the longest lived first: each of them may be the best.
    `next` is how many worlds (draws) the running policies need for the next look, None after the last.
    `fixed` is how many of each a fixed design would need to promise the same, None where nothing varies.
    """

    best: str
    settled: bool
    running: tuple[str, ...]
    worlds: dict[str, int]
    matters: float
    next: int | None
    fixed: int | None = None
    margins: dict[str, Estimate] = field(default_factory=dict)
    level_with: tuple[str, ...] = ()


def anytime_half(n: int, error: float) -> float:
    """Half width, in standard errors, of an interval for a normal mean that misses at any n with chance `error` at most.

    Infinite while n is too small for any.
    """
    grown = 1 + n * SPREAD
    ratio = math.exp((0.5 * math.log(grown) - math.log(error)) * 2 / n)
    left = 1 - ratio / grown
    return math.sqrt((n - 1) * (ratio - 1) / left) if n > 1 and left > 0 else math.inf


def anytime_interval(values: Array, error: float, skewed: bool = False) -> Estimate:
    """Mean of independent values with an interval that holds however often one looks. NaNs are left out.

    `skewed`: widened on the side of the long tail, as `analysis.paired.skew_interval` widens.
    """
    values = values[np.isfinite(values)]
    n = len(values)
    if n < MIN_PAIRS:
        mean = float(values.mean()) if n else None
        return Estimate(mean, None, None, n, f"an interval needs at least {MIN_PAIRS} worlds")
    half, mean = anytime_half(n, error), float(values.mean())
    spread = float(values.std(ddof=1)) / math.sqrt(n)
    if math.isinf(half) and spread > 0:
        return Estimate(mean, None, None, n, f"an interval at this level needs more than {n} worlds")
    width = half * spread if spread > 0 else 0.0
    low, high = mean - width, mean + width
    if skewed and spread > 0:
        one, reach = float(values.std(ddof=1)), half / math.sqrt(n)
        low = min(low, mean - one * min(skew_reach(values, reach), WIDEST * reach))
        high = max(high, mean - one * max(skew_reach(values, -reach), -WIDEST * reach))
    return Estimate(mean, low, high, n)


def not_worse(mean: float, variance: float, n: int, matters: float, error: float) -> bool:
    """Can a difference be told from one of -`matters` or less? Kim & Nelson (2006); `variance` is that of one pair."""
    if matters <= 0:
        return False
    bound = (n - 1) * math.expm1(-2 / (n - 1) * math.log(2 * error))
    return mean >= bound * variance / (2 * matters * n) - matters / 2


def pick(panel: Panel, outcome: str, rule: Rule, worlds_a_unit: int = 1, *, skewed: bool = False) -> Pick:
    """Walk through the looks for which `panel` has worlds; its replications are the units looked at.

    Policies take part from the look on at which they have a finished run. The baseline is run to the end, as everything is
    compared with it, though it may be out. `skewed`: units are draws of what is uncertain, whose effects may be skewed, and
    boundaries and intervals are widened for that. Raises ValueError if no policy has a number for the outcome.
    """
    sign = panel.outcomes[outcome].sign
    values = panel.final[outcome] * sign
    there = [i for i in range(len(panel.policies)) if np.isfinite(values[i]).any()]
    if not there:
        raise ValueError(f"no policy has a number for '{outcome}'")
    base = panel.index(panel.baseline)
    # by all that were asked for: a rival whose first run finishes late must not change what earlier looks allowed
    error = (1 - rule.confidence) / max(len(panel.policies) - 1, 1)
    entered: list[int] = []
    running: list[int] = []
    used: dict[int, int] = {}
    have, upcoming, matters = len(panel.replications), None, 0.0
    for look in rule.looks(worlds_a_unit):
        if look > have and used:
            upcoming = look
            break
        n = min(look, have)
        new = [i for i in there if i not in entered and np.isfinite(values[i, :n]).any()]
        entered, running = entered + new, running + new
        if not running:
            continue
        used |= dict.fromkeys({*running, *({base} & {*entered})}, n)
        running = _left(values[:, :n], running, matters := _matters(panel, outcome, rule, n), error, skewed)
        if len(running) == 1:
            break
    best, names = running[0], panel.policies
    level = [i for i in entered if i != best and not _beaten(values, i, entered, used, error, skewed)]
    level.sort(key=lambda i: (-used[i], float(np.nanmean(values[best, : used[i]] - values[i, : used[i]]))))
    margins = {
        names[i]: anytime_interval(values[best, : used[i]] - values[i, : used[i]], error, skewed)
        for i in entered if i != best
    }  # fmt: skip
    return Pick(
        best=names[best],
        settled=len(running) == 1,
        running=tuple(names[i] for i in running),
        worlds={names[i]: used[i] for i in entered},
        matters=matters,
        next=None if len(running) == 1 else upcoming,
        fixed=_fixed(values, best, entered, used, matters, error),
        margins=margins,
        level_with=tuple(names[i] for i in level),
    )


def _beaten(
    values: Array, one: int, entered: list[int], used: dict[int, int], error: float, skewed: bool
) -> bool:
    """Is some other policy clearly ahead of this one, in the worlds that both lived?"""
    rivals = ((i, min(used[i], used[one])) for i in entered if i != one)
    leads = (anytime_interval(values[i, :n] - values[one, :n], error, skewed) for i, n in rivals)
    return any(lead.low is not None and lead.low > 0 for lead in leads)


def _matters(panel: Panel, outcome: str, rule: Rule, n: int) -> float:
    """The smallest difference that matters, in the outcome's unit, from the first n units of the baseline."""
    if not rule.share:
        return rule.matters
    base = panel.run(outcome, panel.baseline)[:n]
    base = base[np.isfinite(base)]
    return rule.matters * abs(float(base.mean())) if len(base) else 0.0


def _left(values: Array, running: list[int], matters: float, error: float, skewed: bool) -> list[int]:
    """Who is still in, best first: whoever is ahead puts out those behind, as soon as the worlds allow."""
    means = np.nanmean(values[running], axis=1)
    order = [running[k] for k in np.argsort(-means, kind="stable")]
    stay: list[int] = []
    for one in order:
        if not any(_out(values[better] - values[one], matters, error, skewed) for better in stay):
            stay.append(one)
    return stay


def _out(ahead: Array, matters: float, error: float, skewed: bool) -> bool:
    """Does whoever is ahead by these differences put the other out?"""
    ahead = ahead[np.isfinite(ahead)]
    n = len(ahead)
    if n < MIN_PAIRS:
        return False
    mean, variance = float(ahead.mean()), float(ahead.var(ddof=1))
    if variance == 0 and mean > 0:
        return True
    if not_worse(mean, variance, n, matters, CLOSE_SHARE * error):
        return not skewed or variance == 0 or _not_worse_though_skewed(ahead, matters, CLOSE_SHARE * error)
    # One side of an interval misses half as often as both.
    half = anytime_half(n, 2 * (1 - CLOSE_SHARE) * error) / math.sqrt(n)
    if skewed and variance > 0 and math.isfinite(half):
        half = max(half, min(skew_reach(ahead, half), WIDEST * half))
    return mean > half * math.sqrt(variance)


def _not_worse_though_skewed(ahead: Array, matters: float, error: float) -> bool:
    """The same boundary, as far from what matters as Hall's transformation says for differences so skewed."""
    n, mean, spread = len(ahead), float(ahead.mean()), float(ahead.std(ddof=1))
    bound = (n - 1) * math.expm1(-2 / (n - 1) * math.log(2 * error))
    reach = bound * spread / (2 * matters * n) + matters / (2 * spread)  # from -matters to the boundary
    return mean + matters >= spread * min(skew_reach(ahead, reach), WIDEST * reach)


def _fixed(
    values: Array, best: int, entered: list[int], used: dict[int, int], matters: float, error: float
) -> int | None:
    """Worlds after which the largest mean is the best policy's with the same confidence, if that is ahead by `matters`.

    From the widest spread of a pair, by Student's t and its own degrees of freedom; None where nothing varies or matters.
    """
    pairs = (values[best, : used[i]] - values[i, : used[i]] for i in entered if i != best)
    known = (pair[np.isfinite(pair)] for pair in pairs)
    spread = max((float(pair.std(ddof=1)) for pair in known if len(pair) >= MIN_PAIRS), default=0.0)
    if spread <= 0 or matters <= 0:
        return None
    level = 1 - 2 * error  # of an interval of which one side is asked
    n = max(MIN_PAIRS, math.ceil((z_quantile(level) * spread / matters) ** 2))
    while (t_quantile(level, n - 1) * spread / matters) ** 2 > n:
        n += 1
    return n
