"""The facts S1-S10 as rows: what is known, the band, ours, and whether it is met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.facts.bands import BANDS, COST_BAND, RATIO_BAND, Band, verdict
from analysis.facts.estimates import Figure, estimate
from analysis.facts.figures import all_figures
from analysis.facts.hand_over import hand_over

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

NOT_MODELLED = {
    "S10": "That reps shun what once paid badly can be switched on (parameter hot_stove); by default it is off.",
}
EXPLAINED = {
    "share of the best fifth": "All reps have the same hours and open as many deals, and talent moves the odds of a"
    " deal only: most of what differs within a year is luck with large deals.",
    "gain by an hour's exchange a week": "An hour is a sixteenth of a rep's selling time, and is gone at once; what it"
    " teaches moves the odds of a deal only.",
    "playbook depth, slow less fast": "Playbooks become complete at either speed: reps go on learning from customers,"
    " which the closed group of March (1991) does not, so that agreeing early costs the playbook nothing.",
}
"""Why the model as it is misses what it misses, where a figure alone does not say."""

TOP = Band(0.42, 0.66, "S7: held out", "deal_value_sigma, talent_weight")
PEERS = Band(0.0, None, "S8: exits cluster; a sign, no size is published", "morale_peer_exit")
EXCHANGE = Band(
    0.10, 0.20, "S10: about 15 % over 20 weeks (Sandvik et al. 2020)", "peer_exchange, playbook_weight"
)
SOCIALISATION = Band(0.0, None, "S10: a sign (March 1991)", "socialisation, codify_rate")
MET, MISSED, ABSENT, UNMEASURED = "pass", "miss", "not modelled", "not measured"


@dataclass(frozen=True)
class Row:
    """One figure of a fact. `status` is "pass", "miss", "not modelled" (counts as a miss) or "not measured"."""

    fact: str
    name: str
    status: str
    band: Band | None = None
    figure: Figure | None = None
    words: str = ""


def rows(seen: Mapping[str, Sequence[Any]]) -> list[Row]:
    """All rows in order of the facts, from the observations of `simulation.facts.observe`, by kind."""
    found = [*_status_quo(seen), *_peers(seen["peers"]), *_hand_over(seen["twins"]), *_learning(seen)]
    found += [Row(fact, "the mechanism", ABSENT, words=why) for fact, why in NOT_MODELLED.items()]
    return sorted(found, key=lambda row: int(row.fact[1:]))


def summary(found: Sequence[Row]) -> dict[str, str]:
    """Fact -> "pass" or "miss": a fact passes if all that is measured of it does, and nothing of it is absent."""
    out = {}
    for fact in FACTS:
        states = [row.status for row in found if row.fact == fact]
        out[fact] = (
            MET if states and all(s in (MET, UNMEASURED) for s in states) and MET in states else MISSED
        )
    return out


def use(fact: str) -> str:
    """What a fact was used for: "fitted" or "held out"."""
    return "held out" if fact in HELD_OUT else "fitted"


def _judged(fact: str, name: str, band: Band, figure: Figure) -> Row:
    wrong = verdict(band, figure)
    if not wrong:
        return Row(fact, name, MET, band, figure)
    value, error = figure
    if band.high is None:
        why = f"Not above {band.low:g} by three standard errors."
    else:
        side, limit = (
            ("below", band.low) if band.low is not None and value < band.low else ("above", band.high)
        )
        far = abs(value - (limit or 0.0))
        why = f"{far:.2g} {side} the band" + (f", {far / error:.1f} standard errors" if error > 0 else "")
        why += ": within its error." if far < error else "."
    known = f" {EXPLAINED[name]}" if name in EXPLAINED else ""
    return Row(fact, name, MISSED, band, figure, f"{why} Moved most by {band.moved_by}.{known}")


def _missing(fact: str, name: str, band: Band | None, why: str) -> Row:
    return Row(fact, name, UNMEASURED, band, None, why)


def _status_quo(seen: Mapping[str, Sequence[Any]]) -> list[Row]:
    figures: dict[str, Figure] = {}
    if len(seen["open"]) > 1:
        figures |= all_figures(seen["open"])
    if len(seen["years"]) > 1:
        figures |= {name: estimate([one[name] for one in seen["years"]]) for name in seen["years"][0]}
    found = []
    for name, band in {**BANDS, "share of the best fifth": TOP}.items():
        fact = band.source.partition(":")[0]
        if fact not in FACTS:
            continue
        if name in figures and np.isfinite(figures[name][0]):
            found.append(_judged(fact, name, band, figures[name]))
        else:
            found.append(_missing(fact, name, band, "Too few worlds."))
    return found


def _peers(worlds: Sequence[tuple[float, float]]) -> list[Row]:
    name = "more resignations after a peer's, of 100"
    if len(worlds) < 2:
        return [_missing("S8", name, PEERS, "Too few worlds.")]
    pairs = np.array(worlds)
    return [_judged("S8", name, PEERS, estimate(pairs[:, 1] - pairs[:, 0]))]


def _hand_over(worlds: Sequence[Any]) -> list[Row]:
    names = ("cost, typical receiver", "cost, similar over typical")
    bands = (
        Band(*COST_BAND, "S9: Shi et al. 2017", "transfer, renewal_relationship"),
        Band(*RATIO_BAND, "S9: about .6 (Shi et al. 2017)", "transfer_knowledge"),
    )
    if len(worlds) < 2:
        why = "Needs a policy that makes specialists, as lockdown_all of industry_focus."
        return [_missing("S9", name, band, why) for name, band in zip(names, bands, strict=True)]
    plain, _, ratio = hand_over(worlds)
    return [_judged("S9", name, band, x) for name, band, x in zip(names, bands, (plain, ratio), strict=True)]


def _learning(seen: Mapping[str, Sequence[Any]]) -> list[Row]:
    found = []
    exchange, depth = np.array(seen["exchange"]), np.array(seen["socialisation"])
    name = "gain by an hour's exchange a week"
    if len(exchange) > 1:
        without, gain = exchange[:, 0], exchange[:, 1] - exchange[:, 0]
        ratio = float(gain.mean() / without.mean())
        error = estimate((gain - ratio * without) / without.mean())[1]
        found.append(_judged("S10", name, EXCHANGE, (ratio, error)))
    else:
        found.append(_missing("S10", name, EXCHANGE, "Too few worlds."))
    name = "playbook depth, slow less fast"
    if len(depth) > 1:
        found.append(_judged("S10", name, SOCIALISATION, estimate(depth[:, 0] - depth[:, 1])))
    else:
        found.append(_missing("S10", name, SOCIALISATION, "Too few worlds."))
    return found
