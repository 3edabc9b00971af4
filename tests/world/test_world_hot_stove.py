"""The hot stove by hand: who counts as knowing less, what boldness adds, what a closed deal teaches, and off means off."""

from __future__ import annotations

import numpy as np
from small_world import differing, differing_state, records, scenario

from simulation.runs.replicate import replicate
from simulation.world.columns import CUSTOMER, LEAD, LOST, NEVER, NOBODY, UNDECIDED
from simulation.world.hot_stove import leaning, unfamiliar
from simulation.world.kernels.daring import burn, lean, unfamiliar_segments
from simulation.world.model import SalesModel

ON = "world.parameters.hot_stove=0.5"


def test_unfamiliar_is_below_the_persons_own_mean():
    knowledge = np.array([[30, 15, 15, 0], [7, 7, 7, 7], [-3, -2, -3, -3]], np.float32) / np.float32(30)
    found = np.empty(knowledge.shape, np.bool_)
    unfamiliar_segments(30, knowledge, found)
    assert found.tolist() == [[False, False, False, True], [False] * 4, [True, False, True, True]]


def test_boldness_counts_as_odds_and_only_where_unfamiliar():
    odds = np.empty((4, 2), np.float32)
    lean(np.array([0.5, 0.8, 0.0, 1.0], np.float32), np.array([[True, False]] * 4), odds)
    assert (odds[:, 1] == 0).all()
    np.testing.assert_allclose(odds[:, 0], np.log([1, 4, 1 / 99, 99]), rtol=1e-5, atol=1e-6)


def closed(stage, value=0, kind=1, boldness=0.4, aspiration=100.0, owner=0, handed=-NEVER, price=1):
    """Boldness and aspiration after one deal."""
    bold, hoped = np.array([boldness], np.float32), np.array([aspiration], np.float32)
    burn(
        np.float32(0.5), np.float32(0.25), price, np.array([0]), np.array([owner], np.int16), np.array([kind], np.uint8),
        np.array([stage], np.uint8), np.array([5], np.int16), np.array([handed], np.int16), np.array([value]),
        np.array([[False, True]]), bold, hoped,
    )  # fmt: skip
    return round(float(bold[0]), 6), round(float(hoped[0]), 4)


def test_what_a_closed_deal_teaches():
    assert closed(CUSTOMER, 200) == (0.7, 125)  # bold and more than hoped for
    assert closed(CUSTOMER, 100) == (0.2, 100)  # no more than hoped for
    assert closed(LOST) == closed(UNDECIDED) == (0.2, 75)
    assert closed(CUSTOMER, 200, kind=0) == (0.2, 125)  # it was caution that paid
    assert closed(LOST, kind=0) == (0.7, 75)
    assert closed(CUSTOMER, 600, price=3) == (0.7, 125)
    assert closed(CUSTOMER, 80, aspiration=-1.0) == (0.4, 80)  # the first one only sets what to hope for


def test_who_did_not_choose_the_deal_learns_nothing():
    assert closed(LEAD) == closed(LOST, owner=NOBODY) == closed(LOST, handed=6) == (0.4, 100)
    assert closed(LOST, handed=5) == (0.2, 75)  # handed over before it was started


def test_off_is_off_and_on_changes_only_what_comes_after():
    off = replicate(scenario("world.parameters.hot_stove_aspiration=0.1"), 0, ["open"])[0]
    assert differing(off.periods, records()["open"].periods) == []
    still = SalesModel(scenario(), "open")
    assert leaning(still) is still.state.reps.skill
    on = replicate(scenario(ON), 0, ["open"])[0]
    assert {"new_arr", "knowledge_mean"} <= set(differing(on.periods, off.periods))


def test_bold_people_lean_to_what_they_know_less_and_newcomers_start_in_the_middle():
    model = SalesModel(scenario(ON), "open").run_until(20)
    reps, away = model.state.reps, unfamiliar(model)
    assert away.any(axis=1).mean() > 0.9
    added = leaning(model) - reps.skill
    assert (added[~away] == 0).all()
    bold = reps.boldness > 0.5
    assert 0.1 < bold.mean() < 0.9
    assert (added[away] > 0).tolist() == np.broadcast_to(bold[:, None], away.shape)[away].tolist()
    persons = reps.person.copy()
    while (reps.person == persons).all():
        model.step()
    new = reps.person != persons
    assert (reps.boldness[new] == 0.5).all()
    assert (reps.deal_aspiration[new] == -1).all()


def test_a_fork_takes_boldness_along():
    base = SalesModel(scenario(ON), "open").run_until(5)
    fork, straight = base.fork("lockdown").run_until(25), SalesModel(scenario(ON), "lockdown").run_until(25)
    assert differing_state(fork, straight) == []


def test_the_unit_of_money_does_not_matter():
    one, two = (SalesModel(scenario(ON, f"world.price_level={n}"), "open").run_until(20) for n in (1, 2))
    assert one.state.reps.boldness.tobytes() == two.state.reps.boldness.tobytes()
