"""Parameters of a scenario from estimates: what was found replaces the default, all else keeps it and its range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from analysis.crm.estimates.hazards_told import PARAMETERS as PROCESS
from analysis.crm.finding import DRAWS, Estimate, generator, over, staying
from simulation.parameters import PARAMETERS

if TYPE_CHECKING:
    from analysis.crm.estimates.everything import Findings

Floats = npt.NDArray[np.float64]
RANGES = {name: (p.low, p.high) for name, p in PARAMETERS.items()}
DEFAULTS = {name: float(p.default) for name, p in PARAMETERS.items()}
SELECTION = 0.2
"""Reps prefer large prospects: deals they start lie so many standard deviations above the segment's median (the flagship:
log-mean 9.54 of deals started, 9.26 of all, at a spread of 1.4)."""
USUAL_SIGMA = 1.4
SAID = {"found": "found", "not_found": "not found", "cannot_tell": "the data cannot tell"}


@dataclass(frozen=True)
class Setting:
    """A number of the scenario: its value, why (a remark for the file), and its draws (DRAWS,), None if it is certain."""

    name: str
    value: float
    why: str
    draws: Floats | None = None


def parameters(findings: Findings) -> list[Setting]:
    """Every parameter that the questions are about, in the order of the questions, and what follows from them."""
    known = [one for one in findings if one.parameter in PARAMETERS]
    if findings.process is None:
        known += [_untold(name) for name in _OF_DEALS if name not in {one.parameter for one in known}]
    settings = [setting(one, place) for place, one in enumerate(known)]
    return [
        *settings,
        _centre(settings, findings.named("deal_value_sigma"), findings.named("fit_score_centre")),
    ]


_OF_DEALS = (
    "qualified_advance", "proposal_advance", "loss", "no_decision", "age_exponent", "direct_proposal", "early_loss",
    "value_slope",
)  # fmt: skip


def _untold(name: str) -> Estimate:
    nan = float("nan")
    return Estimate(
        name, "cannot_tell", nan, nan, nan, PARAMETERS[name].unit, 0, "too few wins for a curve", name
    )


def setting(one: Estimate, place: int) -> Setting:
    """The parameter an estimate is about. Draws of what was not found are those the estimate has, else spread over the range
    of the table.
    """
    p = PARAMETERS[one.parameter]
    low, high = RANGES[p.name]
    draws = one.draws
    if draws is None:
        draws = over((low, high), generator(1000 + place).uniform(size=DRAWS))
    draws = np.clip(draws, low, high)
    value = one.value
    if one.finding != "found" and not _beside(one):  # what was fitted beside others goes with them
        value = staying(p.default, draws)
    value = float(np.clip(value, low, high))
    if p.integer:
        value, draws = float(round(value)), np.rint(draws)
    return Setting(p.name, significant(value), _why(one, value, (low, high)), draws)


def _beside(one: Estimate) -> bool:
    """Was it varied while others were fitted?"""
    return one.draws is not None and one.name in PROCESS


def _why(one: Estimate, value: float, span: tuple[float, float]) -> str:
    low, high = span
    if one.finding == "found":
        outside = "" if low <= one.value <= high else f" ({one.value:.3g} lies outside the model's range)"
        return f"found, {one.low:.3g} to {one.high:.3g}: {one.words}{outside}"
    said = f"{SAID[one.finding]}: {one.words}. "
    if one.draws is None:
        return f"{said}Stays as it was; drawn from {low:g} to {high:g}"
    drawn = f"drawn from {float(one.draws.min()):.3g} to {float(one.draws.max()):.3g}"
    if _beside(one):
        return f"{said}{drawn.capitalize()}, beside what was fitted"
    kept = value == PARAMETERS[one.parameter].default
    said += (
        "Stays as it was" if kept else "The data rule out the literature's value: the middle of what is left"
    )
    if not np.isfinite(one.low):
        return f"{said}; {drawn}"
    allowed = f"{one.low:.3g} to {one.high:.3g}"
    return f"{said}; {drawn}: {low:g} to {high:g}, as published, weighted by what the data allow ({allowed})"


def _centre(settings: list[Setting], sigma: Estimate | None, shift: Estimate | None) -> Setting:
    """The score of an average deal stays where it was: reps' taste for large deals lowers it by slope and spread. `shift` is
    what was fitted beside that.
    """
    slope = next((one for one in settings if one.name == "value_slope"), None)
    found = sigma is not None and sigma.finding == "found"
    spread = sigma.value if sigma is not None and found else USUAL_SIGMA
    value = centre(slope.value if slope is not None else DEFAULTS["value_slope"], spread)
    draws = None
    if slope is not None and slope.draws is not None:
        draws = centre(slope.draws, spread)
    why = "follows from the slope and spread of values"
    if shift is not None and shift.draws is not None:
        low, high = RANGES["score_centre"]
        draws = np.clip((value if draws is None else draws) + shift.draws, low, high)
        value += shift.value if shift.finding == "found" else 0.0
        why += f", and {shift.value:+.2g} logits fitted through the whole model ({SAID[shift.finding]})"
    return Setting("score_centre", significant(value), why, draws)


Number = TypeVar("Number", float, Floats)


def centre(slope: Number, spread: float) -> Number:
    """`score_centre` with which an average deal has the score it has in the flagship, at this slope and spread of values."""
    usual = DEFAULTS["value_slope"] * SELECTION * USUAL_SIGMA
    return DEFAULTS["score_centre"] + usual - slope * SELECTION * spread


def significant(value: float, digits: int = 5) -> float:
    """A number with so many digits, so that files can be read."""
    return float(f"{value:.{digits}g}")
