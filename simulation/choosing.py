"""Rules of choice and belief: how people and the leader learn from what they tried, and choose what to try next.

Small functions that dissolve in the kernels that call them: numbers or rows of numbers in, numbers out, nothing drawn
here. Noise is handed in, one draw for each alternative, so that one alternative more leaves the others' noise as it was.
Ties go to the lower index. float32 in gives float32 out. `tests/patterns/published` checks these very functions on the
published models they come from.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiled import inlined
from simulation.elementary import exp, log

F32 = np.float32
_ZERO, _ONE = F32(0), F32(1)


@inlined
def propensity_after(propensity: Any, pay: Any, aspiration: Any, speed: Any) -> Any:
    """Propensity, 0-1, of an option just tried: pay above the aspiration raises it, any other lowers it.

    `speed` (0-1) is the share of the way to 1 or 0. Denrell & March 2001, Organization Science 12(5), whose choice is
    between two options: where the other was tried, hand in 1 - propensity and take 1 - the answer.
    """
    if pay > aspiration:
        return propensity + speed * (_ONE - propensity)
    return propensity * (_ONE - speed)


@inlined
def aspiration_after(aspiration: Any, pay: Any, speed: Any) -> Any:
    """Aspiration moved towards pay by the share `speed` (0-1) of the gap. Denrell & March 2001."""
    return aspiration + speed * (pay - aspiration)


@inlined
def estimate_after(estimate: Any, count: Any, pay: Any) -> Any:
    """Mean of a prior, which weighs one observation, and `count` pays; `count` includes this one.

    Posen & Levinthal 2012, Management Science 58(3).
    """
    return estimate + (pay - estimate) / F32(count + 1)


@inlined
def best_of(values: Any) -> Any:
    """Index of the largest value (none may be NaN); -1 where there is none. -inf marks what may not be chosen."""
    best = np.int64(-1)
    for i in range(len(values)):
        if best < 0 or values[i] > values[best]:
            best = np.int64(i)
    return best


@inlined
def softmax_choice(values: Any, temperature: Any, noise: Any) -> Any:
    """Index chosen with chances proportional to exp(value / temperature); temperature 0 takes the best.

    `noise` holds a uniform draw inside (0, 1) for each alternative. The largest value + temperature x Gumbel noise has
    exactly these chances (Luce 1959; Yellott 1977). As noise belongs to the alternative, one more alternative changes
    the choice only where it is itself chosen.
    """
    best, most = np.int64(-1), F32(-np.inf)
    for i in range(len(values)):
        worth = F32(values[i]) - F32(temperature) * log(-log(F32(noise[i])))
        if best < 0 or worth > most:
            best, most = np.int64(i), worth
    return best


@inlined
def thompson_choice(means: Any, sds: Any, normals: Any) -> Any:
    """Index of the largest draw from normal beliefs; `normals` holds a standard normal draw for each alternative.

    Each is chosen as often as it is believed to be the best (Thompson 1933, Biometrika 25).
    """
    best, most = np.int64(-1), F32(-np.inf)
    for i in range(len(means)):
        worth = F32(means[i]) + F32(sds[i]) * F32(normals[i])
        if best < 0 or worth > most:
            best, most = np.int64(i), worth
    return best


@inlined
def explore_or_commit(counts: Any, means: Any, per_arm: Any) -> Any:
    """The alternative to try next: the least tried while one has fewer than `per_arm` trials, then the best mean.

    To commit for good, hand in the means of the trials and not of what came after. Garivier, Kaufmann & Lattimore 2016,
    "On explore-then-commit strategies".
    """
    least = np.int64(-1)
    for i in range(len(counts)):
        if counts[i] < per_arm and (least < 0 or counts[i] < counts[least]):
            least = np.int64(i)
    return least if least >= 0 else best_of(means)


@inlined
def normal_posterior(mean: Any, variance: Any, observed: Any, error_variance: Any) -> Any:
    """(mean, variance) of a normal belief after an observation with normal error (Kalman 1960).

    `variance` 0 is certainty, and nothing moves it; an infinite `error_variance` says nothing.
    """
    gain = variance / (variance + error_variance) if variance > _ZERO else variance * _ZERO
    return mean + gain * (observed - mean), variance * (_ONE - gain)


@inlined
def road_after(chance: Any, hazard: Any, effort: Any) -> Any:
    """Belief that a road is passable after effort without a breakthrough: p (1 - he) / (1 - p he).

    `hazard` is the chance of a breakthrough per unit of effort on a passable road; hazard x effort, the chance in this
    period, is held to 0-1. Nothing learned without effort. Two periods of half the effort teach a little less than one of
    the whole; for effort in continuous time see `road_after_exposure`. Keller, Rady & Cripps 2005, Econometrica 73(1).
    """
    found = min(_ONE, max(_ZERO, hazard * effort))
    return _passable(chance, _ONE - found)


@inlined
def road_after_exposure(chance: Any, hazard: Any, effort: Any) -> Any:
    """The same where breakthroughs come at a constant rate: any effort, and only its sum counts.

    The Bayesian answer wherever a breakthrough is accumulated hazard that meets an exponential threshold.
    """
    return _passable(chance, exp(-F32(max(_ZERO, hazard * effort))))


@inlined
def _passable(chance: Any, missed: Any) -> Any:
    """Bayes: the road is passable and was missed, against not passable. 0 where a sure find did not come."""
    either = chance * missed + (_ONE - chance)
    return chance * missed / either if either > _ZERO else chance * _ZERO
