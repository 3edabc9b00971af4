"""Which of the fitted hazards the data tell, and which were only carried along."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from analysis.calibration.opportunity import NAMES
from analysis.crm.finding import Estimate, Floats, Verdict, interval

PARAMETERS = {
    "qualified_advance": "a1", "proposal_advance": "a2", "loss": "l", "no_decision": "n", "age_exponent": "decline",
    "direct_proposal": "p0", "early_loss": "q0",
}  # fmt: skip
"""Parameters of the model by their names in the fit."""
UNDECIDED_SHARE, UNDECIDED_RANGE = 0.21, (0.14, 0.28)
"""Share of deals that end without a decision (CSO Insights 2016-19), and a range assumed for it, where data record none."""
WIDE = 5.0
"""A hazard whose interval spans such a factor was not found."""
Ranges = Mapping[str, tuple[float, float]]


def hazards_told(
    rows: Floats,
    told: Mapping[str, bool],
    start_share: Estimate,
    wins: int,
    losses: int,
    undecided: int,
    ranges: Ranges,
) -> list[Estimate]:
    """An estimate of each parameter from the fits, `rows` (1 + DRAWS, 9). `told`: are enough such ends recorded."""
    found = []
    for name, short in PARAMETERS.items():
        column = rows[:, NAMES.index(short)]
        unit = "share" if short in ("p0", "q0") else "exponent" if short == "decline" else "per week"
        known = told.get(short, short != "p0" or start_share.finding == "found")
        n = {"l": losses, "q0": losses, "n": undecided, "p0": start_share.n}.get(short, wins)
        words = _words(short, n) if not known else "fitted to the curves of wins and losses by age"
        if short == "p0" and known:
            words = f"{start_share.value:.1%} {start_share.words}"
        at_end = known and bool(np.isclose(column[0], ranges[name], rtol=1e-3).any())
        words += "; pressed against the end of the model's range" if at_end else ""
        low, high = interval(column[1:])
        if known and unit == "per week" and high > WIDE * low:
            known, words = False, "the curves alone do not tell it: what is varied beside it decides"
        verdict: Verdict = "found" if known else "cannot_tell"
        value = float(column[0])
        found.append(Estimate(name, verdict, value, low, high, unit, n, words, name, column[1:]))
    return found


def _words(short: str, n: int) -> str:
    if short == "p0":
        return "the data state no certainties, so stages at the start are not known"
    if short == "n":
        low, high = UNDECIDED_RANGE
        return f"only {n} are marked as given up: {UNDECIDED_SHARE:.0%} ({low:.0%}-{high:.0%}) in the end, as published"
    return f"only {n} are marked as lost"
