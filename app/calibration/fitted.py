"""Which parameters are fitted through the whole model, over which ranges, and by which moments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.crm.finding import over
from app.calibration.people import PROSPECTS
from app.calibration.settings import Floats
from simulation.parameters import PARAMETERS
from simulation.spec.draws import CUSTOMERS

CENTRE = "score_centre"
APART = 4
"""The market may be so many times smaller or larger than the flagship's, for each rep (an assumption)."""


@dataclass(frozen=True)
class Fitted:
    """One parameter of the fit: its range, on the scale of draws (logs where it spans a factor of ten).

    `beside`: it is added to what the direct estimates gave, and to each of their draws. `direct`: there is a direct
    estimate of it, which stands where nothing could be fitted.
    """

    name: str
    low: float
    high: float
    unit: str
    why: str
    integer: bool = False
    beside: bool = False
    direct: bool = False

    def value(self, place: Floats | float) -> Floats:
        """Values at places from -1 to 1."""
        values = over((self.low, self.high), (np.asarray(place, np.float64) + 1) / 2)
        return np.rint(values) if self.integer else values


def _table(name: str, why: str, direct: bool = False) -> Fitted:
    p = PARAMETERS[name]
    return Fitted(name, p.low, p.high, p.unit, why, p.integer, direct=direct)


def fitted(reps: int, accounts: int = 0) -> Sequence[Fitted]:
    """The list, for so many reps and so many accounts that are known. How it was chosen: docs/calibration/moments.md."""
    usual = reps * PROSPECTS
    least, most = max(accounts, round(usual / APART)), APART * max(accounts, usual)
    return (
        Fitted(CUSTOMERS, least, most, "customers", "customers and prospects there are", integer=True),
        _table("surfacing", "how soon a prospect comes to a rep's notice"),
        _table("cooling_weeks", "how long an account rests after an end without a win"),
        _table("open_deals", "how many deals a rep keeps open", direct=True),
        _table("lead_advance", "how fast leads qualify"),
        _table("lead_loss", "how fast leads are dropped"),
        Fitted(CENTRE, -1.0, 1.0, "logits", "how hard deals are, beside the direct estimate", beside=True),
    )


MOMENTS = (
    "won_early", "bookings_swing", "arrivals_swing", "again", "back_half", "back_year", "new_deals", "books",
    "books_spread", "deals_spread", "newcomers_deals", "top_share",
)  # fmt: skip
"""Those that react to any of these (docs/calibration/moments.md)."""


def values_of(chosen: Sequence[Fitted], place: Floats, rest: Mapping[str, float]) -> dict[str, float]:
    """All that a world differs by: `rest` (values by name, the direct estimates) and the fitted ones at a place."""
    values = dict(rest)
    for one, at in zip(chosen, place, strict=True):
        value = float(one.value(at))
        if one.beside:
            p = PARAMETERS[one.name]
            value = float(np.clip(values[one.name] + value, p.low, p.high))
        values[one.name] = value
    return values
