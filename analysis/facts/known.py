"""The facts S1-S10 in words, and their bands: what is known before any world is lived. Loads no library."""

from __future__ import annotations

from analysis.facts.bands import BANDS, COST_BAND, RATIO_BAND, Band

FACTS = {
    "S1": "A fresh opportunity is won in 20-30 % of cases, a qualified deal in 47 %; 21 % end in no decision",
    "S2": "Wins close faster than losses; the chance to win falls with age",
    "S3": "Times to win are near-exponential, values lognormal; the largest deals win less often",
    "S4": "A win rate over closed deals only overstates the cohort's",
    "S5": "Stated probabilities are miscalibrated: below commit, reps sandbag",
    "S6": "Two or more slipped close dates roughly halve the odds",
    "S7": "The best fifth of reps bring 42-66 % of output",
    "S8": "A quarter of reps leave a year, half of their own will, clustered among peers; ramp and vacancy take months",
    "S9": "A change of rep costs 13-18 % of an account's sales for a year; a similar receiver saves up to 40 % of it",
    "S10": "Fast learners under-sample risky options; slow socialisation beats fast; exchange among peers adds about 15 %",
}
"""Sources: the table of evidence, cited band by band in `analysis.facts.bands`."""

HELD_OUT = ("S6", "S7", "S10")
"""No parameter was set by these; the others are what the parameters were fitted to, so that a pass there is no test."""

PEERS = "more resignations after a peer's, of 100"
COST, RATIO = "cost, typical receiver", "cost, similar over typical"
GAIN, DEPTH = "gain by an hour's exchange a week", "playbook depth, slow less fast"

MORE_BANDS = {
    "share of the best fifth": Band(0.42, 0.66, "S7: held out", "deal_value_sigma, talent_weight"),
    PEERS: Band(0.0, None, "S8: exits cluster; a sign, no size is published", "morale_peer_exit"),
    COST: Band(*COST_BAND, "S9: Shi et al. 2017", "transfer, renewal_relationship"),
    RATIO: Band(*RATIO_BAND, "S9: about .6 (Shi et al. 2017)", "transfer_knowledge"),
    GAIN: Band(
        0.10, 0.20, "S10: about 15 % over 20 weeks (Sandvik et al. 2020)", "peer_exchange, playbook_weight"
    ),
    DEPTH: Band(0.0, None, "S10: a sign (March 1991)", "socialisation, codify_rate"),
}
"""Bands of what is observed in worlds of their own; `analysis.facts.bands` has those of the status quo."""


def bands_of(fact: str) -> dict[str, Band]:
    """The figures of a fact and their bands: each band's source begins with the fact it belongs to."""
    every = BANDS | MORE_BANDS
    return {name: band for name, band in every.items() if band.source.partition(":")[0] == fact}


def use(fact: str) -> str:
    """What a fact was used for: "fitted" or "held out"."""
    return "held out" if fact in HELD_OUT else "fitted"
