"""The bands of S1-S5, S8 and S9, their sources, and how sure a test of one is.

A figure is the mean of one value per world; it passes if it lies in its band. The number of worlds is such that the
standard error is at most an eighth of the band's width (tested), so a model whose true figure is the middle of the band
fails with a chance below 1 in 10,000, and one that lies a quarter of the width outside passes with a chance below 3 %.
One-sided bands (a side None) are statements about a sign: the figure must lie three standard errors beyond the limit, so
that a true zero passes 1 time in 700.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from analysis.facts.estimates import Figure


class Band(NamedTuple):
    """Limits, where they come from, and the parameters that move the figure most."""

    low: float | None
    high: float | None
    source: str
    moved_by: str

    def __str__(self) -> str:
        """The limits in words."""
        return f"above {self.low or 0:g}" if self.high is None else f"{self.low:g} to {self.high:g}"


LEADS = "docs/calibration/leads.md"

BANDS: dict[str, Band] = {
    # S1
    "fresh: won": Band(0.20, 0.30, "S1", "lead_advance, lead_loss"),
    "qualified: won": Band(
        0.455, 0.495, f"S1: .475 of {LEADS}, +- .02 (largest gap of the fit .016)", "score_centre"
    ),
    "qualified: lost": Band(0.295, 0.335, f"S1: .315 of {LEADS}, +- .02", "score_centre, loss"),
    "qualified: no decision": Band(0.19, 0.23, "S1: .21, +- .02", "no_decision"),
    # S2: as far off as the fit of the hazards is, .016 of the incidence at .011 and .006 a week there
    "median weeks won": Band(5.5, 8.5, f"S2: 7 of {LEADS}, +- 1.5", "qualified_advance, age_exponent"),
    "median weeks lost": Band(8.4, 13.6, f"S2: 11 of {LEADS}, +- 2.6", "early_loss, loss, age_exponent"),
    "won by week 72, open at 0": Band(0.44, 0.50, f"S2: .47 of {LEADS}, +- .03", "score_centre"),
    "won by week 72, open at 39": Band(
        0.131, 0.211, f"S2: .171 of {LEADS}, +- .04 (2.5 SE)", "score_centre, age_exponent"
    ),
    # S3
    "Weibull k": Band(0.85, 1.15, "S3: about 1", "age_exponent"),
    "P90 / median": Band(3.0, 5.0, f"S3: about 4; 3.4 in {LEADS}", "age_exponent"),
    "log-sd of won values": Band(1.2, 1.9, "S3", "deal_value_sigma, value_slope"),
    "skew of logs": Band(-0.3, 0.3, f"S3: lognormal, that is 0; .13 in {LEADS}", "value_slope"),
    "excess kurtosis of logs": Band(-1.3, 1.3, f"S3: lognormal, that is 0; 1.28 in {LEADS}", "value_slope"),
    "won, smallest less largest tenth": Band(
        0.0, None, "S3: the largest deals win less often", "value_slope"
    ),
    # S4
    "closed-only less cohort, 73 weeks": Band(
        0.17, 0.23, f"S4: .656 less .43-.47, and {LEADS}", "loss, no_decision"
    ),
    "ended-only less cohort, 73 weeks": Band(0.0, None, "S4: also with no decisions counted", "age_exponent"),
    # S5
    "won less stated, qualified": Band(
        0.0, 0.26, "S5: stated 20 % win .46: below commit, reps sandbag", "sandbagging, optimism"
    ),
    "won less stated, proposal": Band(0.0, 0.11, "S5: stated 40 % win .51", "sandbagging, stated_proposal"),
    # S6
    "won, slipped twice or more over less": Band(
        0.43, 0.65, "S6: .45 / .84 = .54, +- .11: roughly half", "age_exponent, loss"
    ),
    # S8
    "turnover a year": Band(0.25, 0.28, "S8", "voluntary_exit, involuntary_exit"),
    "voluntary share": Band(0.45, 0.55, "S8: half, +- .05", "voluntary_exit, exit_morale"),
    "weeks vacant": Band(13.0, 24.0, "S8: 4-5.5 months", "vacancy_weeks"),
    "weeks to 90 % of the ramp": Band(
        19.5, 24.0, "S8: about 5 months, 4.5-5.5", "ramp_weeks, onboarding_reading"
    ),
    # money
    "rep-years at quota": Band(0.50, 0.60, "54 % of reps attain quota (50-60)", "quota_ratio"),
    "gross retention": Band(0.90, 0.93, "SaaS Capital: .92", "renewal_base, contraction_share"),
    "net retention": Band(1.00, 1.10, "SaaS Capital: 1.03", "expansion"),
}

COST_BAND = (0.13, 0.18)
RATIO_BAND = (0.5, 0.7)
"""S9: cost of a hand-over to a typical receiver, a share of sales over a year; that to a similar one over it (about .6)."""

STATIONARY = 0.05
"""Under `open` the 95 % interval of the relative change over weeks 0-103 lies within +- this: no trend of 5 % in two
years. With 400 worlds a trend of 0 in bookings, the noisiest, passes with a chance of 99 %, one of 5 % with 2.5 %."""


def stationary(change: Figure) -> bool:
    """Whether the 95 % interval of a relative change lies within +- `STATIONARY`."""
    return abs(change[0]) + 1.97 * change[1] < STATIONARY


def verdict(band: Band, figure: Figure) -> str:
    """Empty if the figure meets its band, else what is wrong. A limit itself meets a two-sided band, no one-sided one."""
    value, error = figure
    beyond = value - 3 * error if band.high is None else value + 3 * error
    if band.low is not None and (value < band.low if band.high is not None else beyond <= band.low):
        return f"{value:.4f} +- {error:.4f} is below {band.low}: {band.moved_by}"
    if band.high is not None and (value > band.high if band.low is not None else beyond >= band.high):
        return f"{value:.4f} +- {error:.4f} is above {band.high}: {band.moved_by}"
    return ""
