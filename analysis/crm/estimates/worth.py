"""What deals are worth, and whether larger ones are won less often."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.calibration.opportunity import NAMES
from analysis.calibration.survival import aalen_johansen, at_risk
from analysis.crm.estimates.chances import FEW, resampled
from analysis.crm.estimates.engine import Scores, curves
from analysis.crm.estimates.histories import WON, Histories
from analysis.crm.finding import (
    DRAWS,
    Estimate,
    Floats,
    cannot_tell,
    figure,
    generator,
    judged,
    narrow_enough,
    staying,
    within,
)

if TYPE_CHECKING:
    from analysis.crm.estimates.process import Process

GROUPS = 8
PLACEHOLDER = 1.0
"""Values up to this stand for one that nobody entered."""
MATTERS = 0.1
_SHIFTS = np.linspace(-4.0, 4.0, 33)
_LATE = 52


def worth(
    history: Histories, process: Process | None, default: float, span: tuple[float, float]
) -> list[Estimate]:
    """Values of wins, the slope of the score by value, and the values that deals begin with.

    Fresh deals are larger than won ones where large ones are won less often; the slope that explains it is the estimate
    where it was found, else `default`, unless the data rule that out, with draws from what they leave of its range `span`.
    """
    use = (history.cause == WON) & (history.value > PLACEHOLDER)
    logs = np.log(history.value[use])
    if len(logs) < FEW:
        words = f"only {len(logs)} wins with a value above {PLACEHOLDER:g}"
        return [cannot_tell("deal_value_median", "money", words, len(logs)),
                cannot_tell("deal_value_sigma", "log units", words, len(logs))]  # fmt: skip
    mean, sd = _moments(logs)
    n = len(logs)
    words = f"of {n} wins with a value above {PLACEHOLDER:g}"
    found = [
        figure(
            "won_value_median",
            float(np.exp(mean[0])),
            np.exp(mean[1:]),
            "money",
            n,
            f"geometric mean {words}",
        ),
        figure("won_value_sigma", float(sd[0]), sd[1:], "log units", n, f"spread of the logarithm {words}"),
    ]
    if process is None:
        return found
    curve = won_by_shift(process.rows, process.scores, _LATE)
    slope = narrow_enough(value_slope(history, process.rows, process.scores), span)
    known, draws = slope.finding == "found", slope.draws
    if not known or draws is None:
        draws = within(span, slope, generator(33).uniform(size=DRAWS))
    slope = replace(slope, draws=draws, parameter="value_slope")
    middle = slope.value if known else staying(default, draws)
    by = np.concatenate(([middle], draws))
    mu, sigma = fresh_values(mean, sd, by, curve)
    words = "when deals begin" + (
        ""
        if known
        else f"; value is taken to act on the score by {middle:.3g} ({draws.min():.2g} to {draws.max():.2g})"
    )
    fresh = [
        figure("deal_value_median", float(np.exp(mu[0])), np.exp(mu[1:]), "money", n, f"median {words}"),
        figure("deal_value_sigma", float(sigma[0]), sigma[1:], "log units", n, f"spread {words}"),
    ]
    return [*found, slope, *(one.sets(one.name) for one in fresh)]


def _moments(logs: Floats) -> tuple[Floats, Floats]:
    """Mean and sd of logs, (1 + DRAWS,) each: the data's, then draws from their normal limits."""
    n, mean, sd = len(logs), float(logs.mean()), float(logs.std(ddof=1))
    kurtosis = float((((logs - mean) / max(sd, 1e-9)) ** 4).mean())
    lot = generator(31).standard_normal((2, DRAWS))
    means = mean + sd / np.sqrt(n) * lot[0]
    sds = sd * np.exp(np.sqrt(max(kurtosis - 1, 0.1) / 4 / n) * lot[1])
    return np.concatenate(([mean], means)), np.concatenate(([sd], sds))


def won_by_shift(rows: Floats, scores: Scores, week: int) -> Floats:
    """P(won by a week) for each mean score of `_SHIFTS`, (k, shifts), of fits (k, 9) and of deals of one value: values
    spread scores no further.
    """
    wide = np.repeat(rows, len(_SHIFTS), axis=0)
    wide[:, NAMES.index("shift")] = np.tile(_SHIFTS, len(rows))
    wide[:, NAMES.index("sigma_z")] = scores.spread
    return np.asarray(curves(wide, scores, week)[0][0, :, week - 1].reshape(len(rows), -1))


def _along(at: Floats, curve: Floats) -> Floats:
    """Values of curves (k, shifts) at scores, (k, ...), linear between the shifts and flat beyond."""
    place = np.clip((at - _SHIFTS[0]) / (_SHIFTS[1] - _SHIFTS[0]), 0, len(_SHIFTS) - 1)
    left = np.minimum(place.astype(np.int64), len(_SHIFTS) - 2)
    row = np.arange(len(curve)).reshape(-1, *[1] * (at.ndim - 1))
    return np.asarray(curve[row, left] + (place - left) * (curve[row, left + 1] - curve[row, left]))


@dataclass(frozen=True)
class ByValue:
    """Deals in groups of value: mean log value and number of each, (groups,); endings (groups, 4, weeks), followed for
    `late` weeks.
    """

    centre: Floats
    size: Floats
    counts: Floats
    late: int

    def slopes(self, counts: Floats, curve: Floats) -> Floats:
        """Score that a log unit of value takes away, (k,), if deals are won by `late` as `curve`, (k, shifts), says.

        counts: (k, groups, 4, weeks). Least squares by Gauss and Newton's method, all at once.
        """
        won = np.array([[aalen_johansen(one)[0, self.late - 1] for one in groups] for groups in counts])
        far, weight = self.centre - self.centre.mean(), self.size / self.size.sum()
        steep = np.gradient(curve, _SHIFTS, axis=1)
        slope, level = np.full(len(won), 0.3), np.zeros(len(won))
        for _ in range(40):
            at = level[:, None] - slope[:, None] * far
            rise = _along(at, steep)
            gap = (won - _along(at, curve)) * rise * weight
            a, b, c = (((rise**2 * weight) * far**k).sum(axis=1) for k in (0, 1, 2))
            up, across = gap.sum(axis=1), (gap * far).sum(axis=1)
            size = np.maximum(a * c - b**2, 1e-15)
            level += np.clip((c * up - b * across) / size, -1, 1)
            slope -= np.clip((a * across - b * up) / size, -0.5, 0.5)
        return slope


def by_value(history: Histories) -> ByValue | str:
    """Groups of deals by value, or why there are none: where a CRM writes values at the win alone, they tell nothing."""
    use = history.value > PLACEHOLDER
    others = use[history.cause != WON]
    if not others.any() or others.mean() < 0.5 or use.sum() < GROUPS * FEW:
        return "values are known of few deals that were not won"
    logs = np.log(history.value[use])
    edges = np.unique(np.quantile(logs, np.linspace(0, 1, GROUPS + 1)[1:-1]))
    group = np.searchsorted(edges, logs, side="left")
    size = np.bincount(group)
    centre = np.bincount(group, logs) / np.maximum(size, 1)
    places = np.flatnonzero(use)
    counts = np.array([history.counts(places[group == k]) for k in range(len(size)) if size[k]])
    centre, size = centre[size > 0], size[size > 0]
    late = int(min([_LATE, *((at_risk(one) >= FEW).sum() for one in counts)]))
    if len(centre) < 3 or late < 4:
        return "too few different values, or too few deals followed for long"
    return ByValue(centre, size.astype(np.float64), counts, late)


def value_slope(history: Histories, rows: Floats, scores: Scores) -> Estimate:
    """Score that a log unit of value takes away, from wins in groups of value against the model's at shifted scores.

    rows: (1 + DRAWS, 9), the fit and its draws. Each resample of the groups is laid beside a draw of the hazards.
    """
    name, unit = "value_slope", "logits per log unit"
    n, groups = int((history.value > PLACEHOLDER).sum()), by_value(history)
    if isinstance(groups, str):
        return cannot_tell(name, unit, groups, n)
    curve = won_by_shift(rows, scores, groups.late)
    draws = groups.slopes(resampled(groups.counts, 32), curve[1:])
    return judged(
        name, float(groups.slopes(groups.counts[None], curve[:1])[0]), draws, unit, n, none=0.0, matters=MATTERS,
        words={
            "found": "larger deals are won more or less often than small ones",
            "not_found": "large deals are won as often as small ones",
            "cannot_tell": "too few deals to tell whether value matters for winning",
        },
    )  # fmt: skip


def first_look(history: Histories, row: Floats, scores: Scores, default: float) -> tuple[float, float] | None:
    """Slope and spread of the log value of fresh deals without their doubt; None where values are not known."""
    logs = np.log(history.value[(history.cause == WON) & (history.value > PLACEHOLDER)])
    if len(logs) < FEW:
        return None
    groups = by_value(history)
    slope = default
    if not isinstance(groups, str):
        slope = float(groups.slopes(groups.counts[None], won_by_shift(row[None], scores, groups.late))[0])
    spread = np.array([logs.std(ddof=1)])
    curve = won_by_shift(row[None], scores, _LATE)
    return slope, float(fresh_values(np.zeros(1), spread, np.array([slope]), curve)[1][0])


def fresh_values(mean: Floats, sd: Floats, slope: Floats, curve: Floats) -> tuple[Floats, Floats]:
    """Mean and sd of the log value of fresh deals, (k,) each, that give the won ones `mean` and `sd` at this slope.

    Won deals are fresh ones weighted by their chance at the score -slope x (log value - mean), by `curve`, (k, shifts);
    their moments depend on slope x sd alone but for scale, so that one table serves each curve.
    """
    z = np.linspace(-4, 4, 161)
    strength = np.linspace(-3.0, 3.0, 61)
    shift, spread = np.empty((2, len(curve), len(strength)))
    for k, one in enumerate(curve):
        weight = np.exp(-0.5 * z**2) * np.interp(-strength[:, None] * z, _SHIFTS, one)
        weight /= weight.sum(axis=1, keepdims=True)
        shift[k] = weight @ z
        spread[k] = np.sqrt(weight @ z**2 - shift[k] ** 2)
    sigma = sd.copy()

    def at(table: Floats) -> Floats:
        return np.array([np.interp(x, strength, row) for x, row in zip(slope * sigma, table, strict=True)])

    for _ in range(60):
        sigma = 0.5 * sigma + 0.5 * sd / at(spread)
    return mean - sigma * at(shift), sigma
