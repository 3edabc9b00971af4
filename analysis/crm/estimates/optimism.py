"""Forecasts against what came of them: of the deals for which a certainty was stated, how many are won?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.calibration.survival import aalen_johansen
from analysis.crm.estimates.chances import resampled
from analysis.crm.estimates.histories import OPEN, Histories
from analysis.crm.estimates.process import HIGH
from analysis.crm.finding import DRAWS, Estimate, Floats, Ints, cannot_tell, figure, generator, judged

if TYPE_CHECKING:
    from analysis.crm.table import Crm

LEAST = 50
MATTERS = 0.05


def optimism(crm: Crm, history: Histories) -> list[Estimate]:
    """For each certainty: share won of the deals still open when it was first stated, and the mean figures stated by stage.

    Open ones are censored from the week of the statement on. Forecasts entered in the week the deal ended are none.
    """
    stages = {"stated_qualified": (0.0, HIGH), "stated_proposal": (HIGH, 1.01)}
    if crm.stated.empty:
        words = "no forecasts in the data"
        return [
            cannot_tell("optimism", "share", words),
            *(cannot_tell(s, "probability", words) for s in stages),
        ]
    place = dict(zip(crm.deals["deal"], range(len(crm.deals)), strict=True))
    stated = crm.stated[crm.stated["deal"].isin(place)].sort_values("day", kind="stable")
    j = stated["deal"].map(place).to_numpy(np.int64)
    since, certainty = stated["day"].to_numpy(np.float64), stated["certainty"].to_numpy(np.float64)
    still = since + max(7.0, crm.unit_days) <= history.ended[j]
    found = []
    for level in np.unique(certainty):
        here = np.flatnonzero(still & (certainty == level))
        first = here[np.unique(j[here], return_index=True)[1]]
        found.append(_one(float(level), j[first], since[first], history))
    early = still & (since < history.begun[j] + 7)
    return found + _stages(j[early], certainty[early], stages)


def _one(certainty: float, j: Ints, since: Floats, history: Histories) -> Estimate:
    name = f"won_of_stated_{round(100 * certainty)}"
    if len(j) < LEAST:
        return cannot_tell(name, "share", f"only {len(j)} deals with this forecast", len(j))
    age = ((history.ended[j] - since) // 7).astype(np.int64)
    cause, horizon = history.cause[j], int(age.max()) + 1
    counts = np.bincount(cause * horizon + age, minlength=4 * horizon).reshape(4, horizon).astype(np.float64)
    draws = np.array([aalen_johansen(one)[0, -1] for one in resampled(counts, 51)])
    closed = int((cause != OPEN).sum())
    return judged(
        name, float(aalen_johansen(counts)[0, -1]), draws, "share", len(j), none=certainty, matters=MATTERS,
        words={
            "found": f"of deals stated at {certainty:.0%} ({closed} ended) this share is won in the time seen",
            "not_found": f"won as often as stated, within {MATTERS:.0%}",
            "cannot_tell": f"too few deals to tell it from the {certainty:.0%} stated",
        },
    )  # fmt: skip


def _stages(j: Ints, certainty: Floats, stages: dict[str, tuple[float, float]]) -> list[Estimate]:
    """Mean figure stated in the first week by deals that outlast it, the highest of each; low ones count as qualified."""
    deals, number = np.unique(j, return_inverse=True)
    highest = np.zeros(len(deals))
    np.maximum.at(highest, number, certainty)
    found = []
    for name, (low, high) in stages.items():
        mine = highest[(highest >= low) & (highest < high)]
        if len(mine) < LEAST:
            found.append(cannot_tell(name, "probability", f"only {len(mine)} deals", len(mine)))
            continue
        error = mine.std(ddof=1) / np.sqrt(len(mine))
        draws = np.clip(mine.mean() + error * generator(52).standard_normal(DRAWS), 0.0, 1.0)
        words = "mean figure stated in the first week"
        found.append(figure(name, float(mine.mean()), draws, "probability", len(mine), words).sets(name))
    return found
