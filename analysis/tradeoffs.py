"""Revenue, morale and learning together: which policies no other beats in all of them, and what the reader's own limits
and prices make of it. Nothing is weighed that the reader has not priced.

**Front.** A policy is dominated if another has at least as good a mean in every outcome and a better one in some.
`on_front` is the probability of not being dominated over the means that the worlds seen allow (`resampling.means_likely`,
the same draws for all outcomes, so that what worlds share stays shared).

**Worst tenth.** The mean over the tenth of worlds in which the policy's difference to the baseline is worst.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from analysis.paired import LEVEL, MIN_PAIRS, Estimate, level_interval, t_interval
from analysis.panel import AnalysisError, Array, OutcomeInfo, Panel
from analysis.price import PRICE
from analysis.resampling import means_likely

THREE = ("new_arr", "morale_mean", "knowledge_mean")
LIKELY = 0.5
"""A policy with this chance of not being beaten in everything counts as being on the front."""
KEPT = 0.95
"""Share of worlds in which a limit must hold to count as kept."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Never below (`floor`) or never above a value, in the outcome's unit (cents for money).

    Of a weekly level the worst week from the start on counts, of all else the run's own number.
    """

    outcome: str
    value: float
    floor: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """One policy: per outcome the mean difference to the baseline and that of the worst tenth of worlds (None for the
    baseline), how likely it is that no other policy beats it in all, and in how many worlds each limit holds.

    `value` is the mean difference in what the reader priced, where anything is; `best` the chance of the highest among the
    policies that keep the limits.
    """

    policy: str
    effects: Mapping[str, Estimate | None]
    worst: Mapping[str, float | None]
    on_front: float
    kept: tuple[Estimate, ...]
    keeps: bool
    value: Estimate | None = None
    best: float | None = None


@dataclass(frozen=True, slots=True)
class Tradeoffs:
    """All policies that have every outcome in enough worlds, in the order of the scenario.

    `pairs` are the worlds in which each has them with the baseline; with `draws` they are draws of what is uncertain, each
    the mean of its worlds. `aside` names what is usually watched and was not asked for, with the policies that look beaten
    and are clearly better there than the baseline (at a level that holds for all of them together).
    """

    outcomes: tuple[OutcomeInfo, ...]
    baseline: str
    worlds: int
    pairs: Mapping[str, int]
    draws: bool
    limits: tuple[Limit, ...]
    prices: Mapping[str, float]
    standings: tuple[Standing, ...]
    limited: Mapping[str, OutcomeInfo]
    aside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def tradeoffs(
    panel: Panel,
    outcomes: Sequence[str] = THREE,
    limits: Sequence[Limit] = (),
    prices: Mapping[str, float] | None = None,
    *,
    draws: bool = False,
) -> Tradeoffs:
    """Where every policy stands. `prices` are cents for one unit of an outcome, money itself counts as it is.

    AnalysisError for outcomes that are not there or have no better side, or with too few worlds.
    """
    infos = [_info(panel, name) for name in outcomes]
    limited = {limit.outcome: _info(panel, limit.outcome) for limit in limits}
    priced = {name: _info(panel, name).sign * price for name, price in (prices or {}).items()}
    names = [p for p in panel.policies if _pairs(panel, p, infos) >= MIN_PAIRS]
    if len(names) < 2 or panel.baseline not in names:
        raise AnalysisError(f"trade-offs need the baseline and another policy in at least {MIN_PAIRS} worlds")
    places = [panel.index(name) for name in names]
    base = names.index(panel.baseline)
    values = {info.name: panel.final[info.name][places] * info.sign for info in infos}
    usable = np.all([np.isfinite(v) & np.isfinite(v[base]) for v in values.values()], axis=0)
    front = _on_front(values, usable, base)
    kept = [[level_interval(_holds(panel, limit, place)) for limit in limits] for place in places]
    keeps = [all((share.mean or 0.0) >= KEPT for share in row) for row in kept]
    worth = {name: panel.final[name][places] for name in priced}
    total = _sum(worth, priced) if priced else None
    best = _best(total, keeps, base) if total is not None else [None] * len(names)
    standings = tuple(
        Standing(
            name,
            {info.name: None if k == base else t_interval(info.sign * _lead(values[info.name], k, base)) for info in infos},
            {info.name: None if k == base else info.sign * _worst(_lead(values[info.name], k, base)) for info in infos},
            front[k], tuple(kept[k]), keeps[k],
            None if total is None or k == base else t_interval(_lead(total, k, base)), best[k],
        )
        for k, name in enumerate(names)
    )  # fmt: skip
    return Tradeoffs(
        tuple(infos),
        panel.baseline,
        len(panel.replications),
        {name: _pairs(panel, name, infos) for name in names},
        draws,
        tuple(limits),
        dict(prices or {}),
        standings,
        limited,
        _aside(panel, [s.policy for s in standings if s.on_front < LIKELY], {*outcomes, *limited, *priced}),
    )


def _aside(panel: Panel, beaten: Sequence[str], asked: Collection[str]) -> dict[str, tuple[str, ...]]:
    """What else is usually watched and speaks for policies that look beaten."""
    rest = [
        (name, word)
        for name, word in PRICE
        if name in panel.final and name not in asked and panel.outcomes[name].direction
    ]
    level = 1 - (1 - LEVEL) / max(1, len(rest) * len(beaten))
    found = {}
    for name, word in rest:
        base, sign = panel.run(name, panel.baseline), panel.outcomes[name].sign
        leads = {policy: t_interval(sign * (panel.run(name, policy) - base), level) for policy in beaten}
        better = tuple(policy for policy, lead in leads.items() if lead.low is not None and lead.low > 0)
        if better:
            found[word] = better
    return found


def _pairs(panel: Panel, policy: str, infos: Sequence[OutcomeInfo]) -> int:
    """Worlds in which the policy and the baseline have a number for every outcome."""
    numbers = [panel.run(info.name, one) for info in infos for one in (policy, panel.baseline)]
    return int((panel.pairs_present(policy) & np.isfinite(numbers).all(axis=0)).sum())


def _info(panel: Panel, name: str) -> OutcomeInfo:
    if name not in panel.final:
        raise AnalysisError(f"there is no outcome '{name}' in these runs")
    if not panel.outcomes[name].direction:
        raise AnalysisError(
            f"more of '{name}' is neither better nor worse, so it cannot be traded against anything"
        )
    return panel.outcomes[name]


def _lead(values: Array, one: int, base: int) -> Array:
    return np.asarray(values[one] - values[base])


def _worst(lead: Array) -> float:
    known = np.sort(lead[np.isfinite(lead)])
    return float(known[: max(1, round(len(known) / 10))].mean()) if len(known) else float("nan")


def _on_front(values: Mapping[str, Array], usable: npt.NDArray[np.bool_], base: int) -> list[float]:
    """Chance of each policy that no other dominates it; the baseline's leads over itself are 0."""
    likely = []
    for column in values.values():
        leads = np.where(usable, column - column[base], 0.0)
        likely.append(means_likely(leads, usable))
    means = np.stack(likely, axis=-1)  # (draws, policies, outcomes)
    found = []
    for one in range(means.shape[1]):
        others = np.delete(means, one, axis=1)
        mine = means[:, one, None, :]
        beaten = np.all(others >= mine, axis=-1) & np.any(others > mine, axis=-1)
        found.append(float(1 - np.any(beaten, axis=1).mean()))
    return found


def _holds(panel: Panel, limit: Limit, place: int) -> Array:
    """1 or 0 a world, nan where there is no number."""
    info = panel.outcomes[limit.outcome]
    values = panel.final[limit.outcome][place]
    if limit.outcome in panel.weekly and not info.flow:
        weeks = panel.weekly[limit.outcome][place][:, panel.start_week :]
        values = weeks.min(axis=1) if limit.floor else weeks.max(axis=1)
    within = values >= limit.value if limit.floor else values <= limit.value
    return np.where(np.isfinite(values), within, np.nan)


def _sum(worth: Mapping[str, Array], priced: Mapping[str, float]) -> Array:
    return np.asarray(sum(priced[name] * values for name, values in worth.items()))


def _best(total: Array, keeps: Sequence[bool], base: int) -> list[float | None]:
    """Chance of the highest priced sum among the policies that keep the limits; None for the others."""
    leads = total - total[base]
    able = [k for k in range(len(total)) if keeps[k] and np.isfinite(leads[k]).sum() >= MIN_PAIRS]
    found: list[float | None] = [None] * len(total)
    if able:
        usable = np.isfinite(leads[able])
        means = means_likely(np.where(usable, leads[able], 0.0), usable)
        top = means == means.max(axis=1, keepdims=True)
        for k, share in zip(able, (top / top.sum(axis=1, keepdims=True)).mean(axis=0), strict=True):
            found[k] = float(share)
    return found
