"""The facts S1-S10 as rows: what is known, the band, ours, and whether it is met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analysis.facts.bands import Band, verdict
from analysis.facts.estimates import Figure, estimate
from analysis.facts.figures import all_figures
from analysis.facts.hand_over import hand_over
from analysis.facts.known import COST, DEPTH, FACTS, GAIN, PEERS, RATIO, bands_of

NOT_MODELLED = {
    "S10": "That reps shun what once paid badly can be switched on (parameter hot_stove); by default it is off.",
}
EXPLAINED = {
    "share of the best fifth": "All reps have the same hours and open as many deals, and talent moves the odds of a"
    " deal only: most of what differs within a year is luck with large deals.",
    GAIN: "An hour is a sixteenth of a rep's selling time, and is gone at once; what it"
    " teaches moves the odds of a deal only.",
    DEPTH: "Playbooks become complete at either speed: reps go on learning from customers,"
    " which the closed group of March (1991) does not, so that agreeing early costs the playbook nothing.",
}
"""Why the model as it is misses what it misses, where a figure alone does not say."""

MET, MISSED, ABSENT, UNMEASURED, OPEN = "pass", "miss", "not modelled", "not measured", "cannot tell"


@dataclass(frozen=True)
class Row:
    """One figure of a fact. `status` is "pass", "miss", "not modelled" (counts as a miss), "not measured" or, where
    the worlds are too few, "cannot tell".
    """

    fact: str
    name: str
    status: str
    band: Band | None = None
    figure: Figure | None = None
    words: str = ""


def rows(seen: Mapping[str, Sequence[Any]], few: bool = False) -> list[Row]:
    """All rows in order of the facts, from the observations of `simulation.facts.observe`, by kind.

    The bands are made for a certain number of worlds. With `few`er a figure passes or misses only where its interval
    lies on one side of each limit of its band.
    """
    found = [*_status_quo(seen), *_peers(seen["peers"]), *_hand_over(seen["twins"]), *_learning(seen)]
    found += [Row(fact, "the mechanism", ABSENT, words=why) for fact, why in NOT_MODELLED.items()]
    found.sort(key=lambda row: int(row.fact[1:]))
    return [_unless_open(row) for row in found] if few else found


def summary(found: Sequence[Row]) -> dict[str, str]:
    """Fact -> "pass", "miss" or "cannot tell": a fact passes if all that is measured of it does, and nothing of it is
    absent; it is missed if anything is.
    """
    out = {}
    for fact in FACTS:
        states = {row.status for row in found if row.fact == fact}
        if states & {MISSED, ABSENT} or not states & {MET, OPEN}:
            out[fact] = MISSED
        else:
            out[fact] = OPEN if OPEN in states else MET
    return out


def _unless_open(row: Row) -> Row:
    """The row, with no verdict where the interval of its figure holds a limit of its band."""
    if row.band is None or row.figure is None:
        return row
    value, error = row.figure
    limits = [limit for limit in (row.band.low, row.band.high) if limit is not None]
    errors = 3 if len(limits) == 1 else 2  # as many as a one-sided band asks for
    low, high = value - errors * error, value + errors * error
    if not any(low <= limit < high for limit in limits):
        return row
    why = f"Too few worlds: within {errors} standard errors lies {low:.3f} to {high:.3f}, in the band and outside."
    return replace(row, status=OPEN, words=why)


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
    others = {PEERS, COST, RATIO, GAIN, DEPTH}
    known = [(fact, *one) for fact in FACTS for one in bands_of(fact).items() if one[0] not in others]
    for fact, name, band in known:
        if name in figures and np.isfinite(figures[name][0]):
            found.append(_judged(fact, name, band, figures[name]))
        else:
            found.append(_missing(fact, name, band, "Too few worlds."))
    return found


def _peers(worlds: Sequence[tuple[float, float]]) -> list[Row]:
    band = bands_of("S8")[PEERS]
    if len(worlds) < 2:
        return [_missing("S8", PEERS, band, "Too few worlds.")]
    pairs = np.array(worlds)
    return [_judged("S8", PEERS, band, estimate(pairs[:, 1] - pairs[:, 0]))]


def _hand_over(worlds: Sequence[Any]) -> list[Row]:
    bands = bands_of("S9")
    if len(worlds) < 2:
        why = "Needs a policy that makes specialists, as lockdown_all of industry_focus."
        return [_missing("S9", name, band, why) for name, band in bands.items()]
    plain, _, ratio = hand_over(worlds)
    return [_judged("S9", name, bands[name], x) for name, x in ((COST, plain), (RATIO, ratio))]


def _learning(seen: Mapping[str, Sequence[Any]]) -> list[Row]:
    found = []
    bands, exchange, depth = bands_of("S10"), np.array(seen["exchange"]), np.array(seen["socialisation"])
    if len(exchange) > 1:
        without, gain = exchange[:, 0], exchange[:, 1] - exchange[:, 0]
        ratio = float(gain.mean() / without.mean())
        error = estimate((gain - ratio * without) / without.mean())[1]
        found.append(_judged("S10", GAIN, bands[GAIN], (ratio, error)))
    else:
        found.append(_missing("S10", GAIN, bands[GAIN], "Too few worlds."))
    if len(depth) > 1:
        found.append(_judged("S10", DEPTH, bands[DEPTH], estimate(depth[:, 0] - depth[:, 1])))
    else:
        found.append(_missing("S10", DEPTH, bands[DEPTH], "Too few worlds."))
    return found
