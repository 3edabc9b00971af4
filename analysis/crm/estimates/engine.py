"""The engine's own deal, week by week: incidence curves of deals as the engine works them.

Within a week hazards stay and causes race in continuous time: a deal may become a proposal and be won in one week, its
first included. Scores are not standard normal there, and do not stay: reps come to know customers, and some deals are
nobody's for a while. What scores do is not in a CRM; whoever knows the engine hands it in as `Scores`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from analysis.calibration.opportunity import AGES, NAMES, STEPS
from analysis.crm.finding import Floats

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(11)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()
_APART = 1e-6
USUAL_PART = 0.68
"""Spread of the score that comes from values, where data do not say: slope .518 x 1.31 log units (the leads)."""


def _ones() -> Floats:
    return np.ones(1)


@dataclass(frozen=True)
class Scores:
    """Deals of the engine when they are qualified, and later.

    mean, spread: of their scores; the spread is of all parts but value. ahead, ending: (ages,), by what later changes of
    the score, and the work put into deals, multiply the hazards to advance and to end at each age in weeks; the last
    holds from there on. by_talent: how much better the results of people are (`rep_win_odds_sd`) for a logit more of
    talent, None: as the curves say; other: spread of these results beside that. taste: the log values of deals that reps
    start lie so many spreads above the median of all prospects; narrower: their spread against that of all prospects.
    people: how many were observed.

    As they stand: standard normal with the usual part from values, and lasting; nothing but talent tells reps apart; tastes
    as in the flagship, where the log-mean is 9.54 of deals started and 9.26 of all.
    """

    mean: float = 0.0
    spread: float = float(np.sqrt(1 - USUAL_PART**2))
    ahead: Floats = field(default_factory=_ones)
    ending: Floats = field(default_factory=_ones)
    by_talent: float | None = None
    other: float = 0.0
    people: float = np.inf
    taste: float = 0.2
    narrower: float = 1.31 / 1.4

    def total(self, part: float) -> float:
        """Spread with the part from values."""
        return float(np.hypot(self.spread, part))


Lived = Callable[[Mapping[str, float], bool], Scores]
"""Scores of deals in the engine at these parameters and this spread of values (`deal_value_sigma`); the flag says whether
they must be exact.
"""


def curves(rows: Floats, scores: Scores, weeks: int = len(AGES)) -> tuple[Floats, Floats]:
    """Cumulative incidence of won, lost, no decision, (3, k, weeks), of parameters (k, 9) as in NAMES; and the share of
    proposals among deals that outlast their first week, (k,).

    `sigma_z` is the whole spread of the score, `shift` comes on top of the mean of `scores`.
    """
    a1, a2, lost, none, sigma, fade, p0, q0, shift = (rows[:, i : i + 1] for i in range(len(NAMES)))
    a2 = np.where(
        np.abs(a2 / a1 - 1) < _APART, a1 * (1 + _APART), a2
    )  # below it is divided by their difference
    half = (scores.mean + shift + sigma * _NODES) / 2.0
    up, down = np.exp(half), np.exp(-half)
    qualified, proposal = (1 - q0) * (1 - p0) * _WEIGHTS, (1 - q0) * p0 * _WEIGHTS
    out = np.zeros((3, len(rows), weeks))
    early = np.zeros(len(rows))
    for t, (age, step) in enumerate(zip(AGES[:weeks], STEPS[:weeks], strict=True)):
        d = (1.0 + age) ** -fade
        ahead = up * d * (step * scores.ahead[min(t, len(scores.ahead) - 1)])
        ending = down / d * (step * scores.ending[min(t, len(scores.ending) - 1)])
        h_move, h_win, h_loss, h_none = a1 * ahead, a2 * ahead, lost * ending, none * ending
        all_q, all_p = h_move + h_loss + h_none, h_win + h_loss + h_none
        stay_q, stay_p = np.exp(-all_q), np.exp(-all_p)
        time_q, time_p = -np.expm1(-all_q) / all_q, -np.expm1(-all_p) / all_p
        apart = np.where(all_q == all_p, 1.0, all_q - all_p)  # equal where nearly all end: then nobody moves
        # Of deals qualified when the week begins: their time as proposals in it, and proposals when it ends.
        later, moved = h_move * (time_p - time_q) / apart, h_move * (stay_p - stay_q) / apart
        as_q, as_p = qualified * time_q, qualified * later + proposal * time_p
        out[0, :, t] = (h_win * as_p).sum(axis=1)
        out[1, :, t] = (h_loss * (as_q + as_p)).sum(axis=1)
        out[2, :, t] = (h_none * (as_q + as_p)).sum(axis=1)
        proposal = proposal * stay_p + qualified * moved
        qualified = qualified * stay_q
        if t == 0:
            early = proposal.sum(axis=1) / (proposal + qualified).sum(axis=1)
    out[1, :, 0] += q0[:, 0]
    return np.asarray(np.cumsum(out, axis=2)), np.asarray(early)
