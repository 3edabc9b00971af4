"""The table of facts on made-up observations: what passes, what misses, what is not there."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from analysis.facts.bands import BANDS, Band
from analysis.facts.figures import slipped
from analysis.facts.hand_over import hand_over
from analysis.facts.known import FACTS, bands_of, use
from analysis.facts.table import (
    ABSENT,
    MET,
    MISSED,
    OPEN,
    UNMEASURED,
    Row,
    _judged,
    _unless_open,
    rows,
    summary,
)

NOTHING = {kind: [] for kind in ("open", "years", "twins", "peers", "exchange", "socialisation")}


def moved(cost: float, saved: float, rng: np.random.Generator) -> SimpleNamespace:
    """A world whose accounts sell 100, less `cost` when moved, less `cost * (1 - saved)` with a similar receiver."""
    usual = 100 * rng.lognormal(0, 0.1)
    arms = usual * np.array([1, 1 - cost, 1 - cost * (1 - saved)])
    return SimpleNamespace(sales=np.broadcast_to(arms[:, None, None], (3, 3, 2)) / 6)


def test_a_figure_in_its_band_passes_and_one_outside_says_why():
    band = Band(0.2, 0.3, "S1", "lead_advance")
    assert _judged("S1", "x", band, (0.25, 0.01)).status == MET
    low = _judged("S1", "x", band, (0.15, 0.01))
    assert (low.status, low.words) == (
        MISSED,
        "0.05 below the band, 5.0 standard errors. Moved most by lead_advance.",
    )
    assert "0.1 above the band" in _judged("S1", "x", band, (0.4, 0.0)).words
    sign = Band(0.0, None, "S8", "morale")
    assert _judged("S8", "x", sign, (0.3, 0.09)).status == MET
    assert "three standard errors" in _judged("S8", "x", sign, (0.3, 0.11)).words
    assert _judged("S8", "x", sign, (0.0, 0.0)).status == MISSED
    assert _judged("S8", "x", sign, (0.3, 0.1)).status == MISSED
    below = Band(None, 0.0, "S8", "morale")
    assert [_judged("S8", "x", below, (v, 0.1)).status for v in (-0.31, -0.3)] == [MET, MISSED]
    assert _judged("S1", "x", band, (0.2, 0.0)).status == MET
    near = _judged("S1", "x", band, (0.195, 0.01))
    assert near.status == MISSED
    assert (
        near.words
        == "0.005 below the band, 0.5 standard errors: within its error. Moved most by lead_advance."
    )


def test_what_was_fitted_and_what_held_out():
    assert [fact for fact in FACTS if use(fact) == "held out"] == ["S6", "S7", "S10"]
    assert {use(fact) for fact in FACTS} == {"fitted", "held out"}


def test_hand_over_recovers_what_was_put_in():
    rng = np.random.default_rng(1)
    worlds = [moved(0.15 + rng.normal(0, 0.02), 0.4, rng) for _ in range(50)]
    plain, similar, ratio = hand_over(worlds)
    assert plain[0] == pytest.approx(0.15, abs=0.01)
    assert 0 < plain[1] < 0.006
    assert similar[0] == pytest.approx(0.09, abs=0.006)
    assert ratio[0] == pytest.approx(0.6, abs=1e-9)


def test_facts_from_observations():
    rng = np.random.default_rng(2)
    years = [
        {name: 0.5 * (band.low + band.high) for name, band in BANDS.items() if band.high} for _ in range(3)
    ]
    seen = NOTHING | {
        "years": years,
        "twins": [moved(0.15, 0.4, rng) for _ in range(5)],
        "peers": [(6.0, 6.2 + x) for x in rng.normal(0, 0.1, 50)],
        "exchange": [(100.0, 115.0 + x) for x in rng.normal(0, 2, 50)],
        "socialisation": [(0.4, 0.5)] * 3,
    }
    found = {(row.fact, row.name): row for row in rows(seen)}
    assert found["S10", "gain by an hour's exchange a week"].status == MET
    assert found["S10", "gain by an hour's exchange a week"].figure[0] == pytest.approx(0.15, abs=0.01)
    assert found["S10", "playbook depth, slow less fast"].status == MISSED
    assert found["S10", "the mechanism"].status == ABSENT
    assert found["S3", "won, smallest less largest tenth"].status == UNMEASURED
    states = summary(list(found.values()))
    assert list(states) == list(FACTS)
    assert (states["S1"], states["S9"], states["S6"], states["S10"]) == (MET, MET, MET, MISSED)
    halved = found["S6", "won, slipped twice or more over less"]
    assert (halved.status, halved.band.low, halved.band.high) == (MET, 0.43, 0.65)


def test_what_is_not_measured_is_no_pass():
    found = rows(NOTHING)
    assert {row.status for row in found} == {UNMEASURED, ABSENT}
    banded = {(row.fact, row.name) for row in found if row.band}
    assert banded == {(fact, name) for fact in FACTS for name in bands_of(fact)}  # what `list facts` shows
    assert {fact for fact, _ in banded} == set(FACTS)
    assert set(summary(found).values()) == {MISSED}
    assert [row.fact for row in found] == sorted((row.fact for row in found), key=lambda fact: int(fact[1:]))


def test_with_few_worlds_only_an_interval_decides():
    """A sign needs three standard errors and two limits two, on either side of a limit."""
    sign, band = Band(0.0, None, "S8", "morale"), Band(0.2, 0.3, "S1", "lead_advance")
    for limits, figures, status in (
        (sign, [(0.104, 0.054), (-0.104, 0.054), (0.3, 0.1)], OPEN),
        (sign, [(0.31, 0.1), (0.3, 0.0)], MET),
        (sign, [(-0.31, 0.1), (0.0, 0.0)], MISSED),
        (band, [(0.19, 0.01), (0.21, 0.01), (0.31, 0.01), (0.25, 0.1)], OPEN),
        (band, [(0.25, 0.02), (0.2, 0.0)], MET),
        (band, [(0.17, 0.01), (0.33, 0.01)], MISSED),
    ):
        assert {_unless_open(_judged("S8", "x", limits, figure)).status for figure in figures} == {status}
    row = _unless_open(_judged("S8", "x", sign, (0.104, 0.054)))
    assert (
        row.words == "Too few worlds: within 3 standard errors lies -0.058 to 0.266, in the band and outside."
    )
    seen = NOTHING | {"peers": [(6.0, 6.0), (6.0, 6.3), (6.0, 6.1)]}
    peers = [[row.status for row in rows(seen, few) if row.figure] for few in (False, True)]
    assert peers == [[MISSED], [OPEN]]
    states = [[MET, OPEN], [MET, OPEN, MISSED], [OPEN, ABSENT], [UNMEASURED, OPEN]]
    found = [summary([Row("S1", "x", one) for one in of_it])["S1"] for of_it in states]
    assert found == [OPEN, MISSED, MISSED, OPEN]


def test_one_miss_spoils_a_fact():
    assert summary([Row("S1", "a", MET), Row("S1", "b", MISSED)])["S1"] == MISSED
    assert summary([Row("S1", "a", MET), Row("S1", "b", UNMEASURED)])["S1"] == MET


def test_a_date_slips_each_time_the_usual_time_to_a_win_has_passed():
    """Wins take 4 weeks in the median; of those open for 8 weeks and more one in four is won, of the others one in two."""
    outcome = np.array([1.0, 1, 2, 3, 1, 2, 2, 3, 0])
    age = np.array([3.0, 4, 5, 7, 8, 9, 20, 30, 90])
    deals = {"outcome": outcome, "qualified": np.full(9, 20.0), "ended": 20 + age}
    found = slipped(SimpleNamespace(deals=deals))
    assert list(found.values()) == [0.25, 0.5, 0.5]
    nothing = slipped(SimpleNamespace(deals={name: column[8:] for name, column in deals.items()}))
    assert np.isnan(list(nothing.values())).all()
