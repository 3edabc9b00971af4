"""What a policy says is what happens: found by readers of the model, each by a world in which it was not so."""

from __future__ import annotations

from copy import deepcopy
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np
import pytest
from small_world import changed, scenario

from simulation.levers.base import Lever, setting
from simulation.levers.points import Shares, Terms
from simulation.luck import Purpose
from simulation.world.asking import _answer
from simulation.world.columns import CUSTOMER, NOBODY
from simulation.world.model import SalesModel
from simulation.world.territories import draw_territories
from simulation.world.transfers import share_credit

START = scenario().start_week
LOCKED = {"territory": {"mode": "lockdown", "teams": 2}, "release": {"accounts": "outside"}}
HALVES = {"rule": "fixed", "shares": {"manufacturing": 0.5, "retail": 0.5}}


def under(
    folder: Any, policy: dict[str, Any], baseline: dict[str, Any] | None = None, **top: Any
) -> SalesModel:
    """The small firm at week 0 under one policy beside `open`; `top` sets weeks of the scenario."""

    def change(data: dict[str, Any]) -> None:
        data["policies"] = {"open": baseline or {}, "tried": policy}
        data.update(top)

    return SalesModel(changed(folder, change), "tried")


def test_process_matures_by_the_time_that_is_spent_on_it(tmp_path):
    """A tenth of the time of those who write: nothing before anybody may, then a tenth times their share of the reps."""
    model = under(tmp_path, {"codification": {"share": 0.1}}).run_until(START + 1)
    assert (model.now.written, model.state.maturity) == (0.0, 0.0)  # nobody has been chosen yet
    model.run_until(START + 10)
    selling = model.state.reps.selling
    writes = model.now.may_write.any(axis=1) & selling
    assert 0 < writes.sum() < selling.sum()
    assert model.now.written == pytest.approx(
        0.1 * writes.sum() / selling.sum(), rel=0.2
    )  # people come and go
    assert np.count_nonzero(model.now.away[selling]) == pytest.approx(writes.sum(), abs=2)


def test_the_first_revision_of_the_playbook_needs_time_too(tmp_path):
    """Those chosen in the first week of writing begin to give time, and write four weeks later."""
    model = under(tmp_path, {"codification": {"share": 0.2}}).run_until(START)
    before = model.state.playbook.known.copy()
    first = next(week for week in range(START, START + 4) if week % 4 == 0)
    model.run_until(first + 1)
    assert model.now.may_write.any()
    assert (model.state.playbook.known == before).all()
    model.run_until(first + 5)
    assert (model.state.playbook.known != before).any()


def test_a_release_is_carried_out_where_territories_stay_as_they_are(tmp_path):
    """The baseline locks without releasing; the policy only releases what lies outside. In a world in which nobody is moved
    when the same territories are drawn again.
    """
    locked = {"territory": {"mode": "lockdown", "teams": 2}, "release": {"accounts": "keep"}}
    moved = {**deepcopy(locked), "release": {"accounts": "outside"}}
    firm = under(tmp_path, moved, baseline=locked).scenario
    for replication in range(8):
        model = SalesModel(firm, "tried", replication=replication).run_until(START + 2)
        if (model.state.reps.changed_week < START).all():
            break
    else:
        pytest.fail("somebody is moved in each of these worlds")
    assert model.history["handovers_policy"].sum() > 0
    kept = SalesModel(firm, "open", replication=replication).run_until(START + 2)
    assert kept.history["handovers_policy"].sum() == 0


def test_a_withdrawn_policy_chooses_no_segment_again(tmp_path):
    policy = {
        "allocation": {"rule": "belief"},
        "evidence": {"source": "payments"},
        "decision": {"rule": "softmax", "reverse_week": START + 10},
        "review": {"every": 4},
    }
    model = under(tmp_path, policy).run_until(START + 10)
    assert model.state.reps.member.all()
    model.step()
    for _ in range(9):  # two reviews later
        assert not model.state.reps.member.any()
        assert model.state.reps.allowed.all()
        assert np.allclose(model.state.segments.rnd, 1 / model.setting.segments)
        model.step()


def test_everybody_under_the_policy_is_a_roll_out_of_one(tmp_path):
    model = under(tmp_path, {"territory": {"mode": "lockdown", "teams": 3, "share": 1.0}}).run_until(
        START + 1
    )
    assert model.history["rollout"][START] == 1.0


def test_two_drawings_of_one_week_both_count(tmp_path):
    """Industry teams release accounts also where capacity is shared out in the same week."""
    handed = []
    for policy in (LOCKED, {**LOCKED, "allocation": HALVES}):
        model = under(tmp_path, policy).run_until(START + 2)
        handed.append(int(model.history["handovers_policy"].sum()))
    assert handed[0] > 0
    assert handed[1] > 0


def test_a_withdrawn_allocation_is_over(tmp_path):
    policy = {"allocation": HALVES, "decision": {"reverse_week": START + 4}}
    model = under(tmp_path, policy).run_until(START + 4)
    assert model.state.reps.member.all()
    assert not model.state.reps.allowed.all()
    model.step()
    assert not model.state.reps.member.any()
    assert model.state.reps.allowed.all()
    assert (model.state.reps.home == NOBODY).all()


def test_shares_by_belief_follow_it_at_each_review(tmp_path):
    policy = {
        "allocation": {"rule": "belief"},
        "review": {"every": 4},
        "evidence": {"source": "payments"},
        "decision": {"rule": "probe_then_commit", "probe_weeks": 26, "confidence": 1.0},
    }
    model = under(tmp_path, policy).run_until(START + 8)
    model.step()  # a week of review
    firm = model.state.segments
    assert np.ptp(firm.best) > 0.01
    assert np.allclose(firm.rnd, firm.best, atol=1e-6)


@pytest.mark.parametrize("share", [0.2, 0.45, 0.7, 1.0])
def test_as_many_rotate_as_is_said(tmp_path, share):
    """In each turn; and in as many turns as there are seats everybody equally often."""
    rotation = {"development": {"rotation_weeks": 1, "rotation_share": share}}
    model = under(tmp_path, rotation).run_until(START)
    seats = model.setting.reps
    turns = np.zeros(seats, int)
    for _ in range(seats):
        model.step()
        away = model.state.reps.home != NOBODY
        assert away.sum() == round(share * seats)
        turns += away
    assert np.ptp(turns) == 0


def test_a_rotation_of_the_baseline_leaves_the_policy_its_homes(tmp_path):
    rotation = {"development": {"rotation_weeks": 2, "rotation_share": 0.5}}
    stays = {"development": {"rotation_weeks": 0}}
    model = under(tmp_path, {"territory": {"mode": "preferred"}, **stays}, rotation).run_until(START + 3)
    assert (model.state.reps.home != NOBODY).any()
    assert (model.state.reps.focus > 0).any()


def test_a_policy_is_in_force_in_a_world_that_begins_with_it(tmp_path):
    """Without burn-in and with start week 0 the first week is the start week too."""
    model = under(tmp_path, {"allocation": HALVES}, burn_in_weeks=0, start_week=0)
    model.step()
    assert not model.state.reps.allowed.all()


@pytest.mark.parametrize(("tenure", "credited"), [(3, True), (2, False)])
def test_double_credit_is_for_the_person_who_had_the_account(tenure, credited):
    """Three weeks after the hand-over a person with two weeks of tenure cannot have been there."""
    model = SalesModel(scenario(), "open").run_until(START)
    c, reps = model.state.customers, model.state.reps
    row = np.flatnonzero(c.stage == CUSTOMER)[0]
    c.stage_week[row], c.handover_week[row], c.former_owner[row], c.value[row] = START, START - 3, 5, 100_000
    reps.selling[5], reps.tenure[5], reps.bookings[:] = True, tenure, 0
    model.now.terms = Terms(13, 0.0, 0, 0.0, model.now.terms.pay_mix, 13)
    share_credit(model)
    assert (reps.bookings[5] > 0) == credited


def test_drift_of_fit_has_a_luck_of_its_own():
    """The weekless stream of a purpose is that of week 0: one purpose must not serve both."""
    model = SalesModel(scenario(), "open")
    assert model.week == 0
    assert model.key(Purpose.SEGMENT_FIT, weekly=False) == model.key(Purpose.SEGMENT_FIT)
    assert model.key(Purpose.SEGMENT_DRIFT) != model.key(Purpose.SEGMENT_FIT, weekly=False)


def test_levers_of_any_name_and_form_count_as_other_territories():
    """Also one that answers by a static method."""

    class Halves(Lever):
        name: ClassVar[str] = "halves"
        part: float = setting(0.0, "share", "of the segments", ge=0, le=1)

        @staticmethod
        def territories(state: object, so_far: object) -> object:
            return so_far

    def same(before: Lever, after: Lever, point: str = "territories") -> bool:
        policies = {"open": [("halves", before)], "tried": [("halves", after)]}
        firm = SimpleNamespace(policies=policies, baseline="open")
        return SalesModel.as_before(SimpleNamespace(scenario=firm, policy="tried"), point)  # type: ignore[arg-type]

    assert same(Halves(part=0.5), Halves(part=0.5))
    assert not same(Halves(), Halves(part=0.5))
    assert same(Halves(), Halves(part=0.5), "releases")


class Careless(Lever):
    """A lever of another package that sorts what it is shown in place."""

    name: ClassVar[str] = "careless"
    on: bool = setting(False, "yes or no", "whether it acts")

    def territories(self, state: Any, so_far: Any) -> Any:
        state.tenure.sort()
        return so_far


def test_a_lever_of_others_cannot_write_into_the_world():
    """It fails in the week it is asked, before anything is lived that no policy said."""
    model = SalesModel(scenario(), "open").run_until(START)
    model._answers[1]["territories"] = [_answer(Careless(on=True), "territories")]
    before = model.state.reps.tenure.copy()
    with pytest.raises(ValueError, match="read-only"):
        draw_territories(model, None)
    assert (model.state.reps.tenure == before).all()


class ByBelief(Lever):
    """A lever of another package that shares by belief, and hands back what it was shown."""

    name: ClassVar[str] = "by_belief"
    on: bool = setting(False, "yes or no", "whether it acts")

    def sharing(self, state: Any, so_far: Any) -> Any:
        return Shares(state.best, state.best, 1.0)


def test_shares_that_a_lever_of_others_hands_back_as_shown_move_the_territories_too(tmp_path):
    """At the next review, as those of `allocation`: what is compared with them must not have moved along."""
    policy = {
        "allocation": {"rule": "belief"},
        "review": {"every": 4},
        "evidence": {"source": "payments"},
        "decision": {"rule": "probe_then_commit", "probe_weeks": 26, "confidence": 1.0},
    }
    ours, theirs = under(tmp_path, policy).run_until(START), under(tmp_path, policy).run_until(START)
    theirs._answers[1]["sharing"] = [_answer(ByBelief(on=True), "sharing")]
    first = ours.run_until(START + 1).state.reps.home.copy()
    ours.run_until(START + 9)
    theirs.run_until(START + 9)
    assert (ours.state.reps.home != first).any()
    assert (theirs.state.reps.home == ours.state.reps.home).all()


def test_people_know_what_they_know_from_the_first_week(tmp_path):
    """Nobody's first week is lived without skill, and no morale rises because the world has just begun."""
    model = under(tmp_path, {}, burn_in_weeks=0)
    reps = model.state.reps
    known = model.now.knowledge.copy()
    assert (known > 0).mean() > 0.5
    assert (reps.skill != 0).all()
    assert reps.applied == pytest.approx(known.mean(axis=1), abs=1e-6)
    model.step()
    assert np.abs(model.now.knowledge - known).mean() < 0.05


def test_leavers_weigh_by_the_people_there_were_not_by_seats(tmp_path):
    """One of three who are there leaves: a third, however many seats are empty."""
    model = under(tmp_path, {}).run_until(START)
    reps = model.state.reps
    team = np.flatnonzero(reps.manager == 0)
    reps.selling[team[3:]] = False
    reps.vacant_since[team[3:]] = model.week
    reps.left_resign[team] = 100
    reps.left_dismiss[team] = 100
    reps.left_resign[team[0]] = 0
    model.step()
    assert model.now.team_exits[0].tolist() == [1, 3]
