"""Figures in words: what people call what the estimates are named after parameters."""

from __future__ import annotations

LABELS = {
    "qualified_advance": "pace to proposals",
    "proposal_advance": "pace to wins",
    "loss": "losses",
    "no_decision": "deals given up",
    "age_exponent": "slowing with age",
    "direct_proposal": "part that begins as proposals",
    "early_loss": "early losses",
    "value_slope": "value against odds",
    "won_value_median": "median value of wins",
    "won_value_sigma": "spread of values of wins",
    "deal_value_median": "value of deals",
    "deal_value_sigma": "spread of values",
    "rep_win_odds_sd": "reps that win more than others",
    "talent_weight": "talent of reps",
    "rep_value_sd": "reps that sell larger deals",
    "top_fifth_of_reps_share": "wins of the best fifth of reps",
    "segment_win_odds_sd": "segments that are easier",
    "segment_speed_sd": "segments that are quicker",
    "segment_value_sd": "segments that are larger",
    "learning_in_segment": "learning in a segment",
    "quarter_end": "wins at quarter ends",
    "hand_over": "wins after a change of owner",
    "optimism": "optimism of forecasts",
    "stated_qualified": "figures stated early",
    "stated_proposal": "figures stated late",
    "reps": "reps at work",
    "managers": "managers",
    "accounts": "accounts named",
    "deals_begun": "deals a rep begins",
    "deals_a_week": "deals begun in all",
    "open_deals": "open deals in a book",
    "open_deals_needed": "size of books",
    "forecast_weeks_in_band": "weeks inside the forecast's band",
    "fit_customers": "customers and prospects",
    "fit_surfacing": "how soon prospects come to notice",
    "fit_cooling_weeks": "rest of an account after a loss",
    "fit_open_deals": "deals a rep keeps open",
    "fit_lead_advance": "pace of leads",
    "fit_lead_loss": "leads dropped",
    "fit_score_centre": "how hard deals are",
}
"""By the name of the estimate."""


def label(name: str) -> str:
    """Words for an estimate; its name with spaces where there are none."""
    return LABELS.get(name, name.replace("_", " "))
