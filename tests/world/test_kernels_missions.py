"""Kernels of missions and of the organisation against answers known beforehand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.compiled import INTERPRETED
from simulation.luck import Purpose, stream_key, world_key
from simulation.parameters import PARAMETERS
from simulation.world.kernels import missions, working
from simulation.world.setting import ROAD_RECORD, parameter_table

DEFAULTS = {name: p.default for name, p in PARAMETERS.items()}


def table(**changed):
    return parameter_table(DEFAULTS | changed)


def roads(**fields):
    one = np.zeros(1, ROAD_RECORD)
    given = {
        "feasible": 0.3,
        "hazard": 0.01,
        "weeks": 26,
        "prize": 1e6,
        "adoption_p": 0.03,
        "adoption_q": 0.38,
    }
    for name, value in (given | fields).items():
        one[name] = value
    return one.view(np.recarray) if INTERPRETED else one  # as `Setting` gives them to kernels


@pytest.mark.parametrize(
    ("chance", "exposure", "after"),
    [
        (0.3, math.log(2), 0.15 / 0.85),  # a passable road would have shown itself with chance 1/2
        (0.3, 0.0, 0.3),  # no effort, no evidence
        (0.5, 1.0, 1 / (1 + math.e)),
        (1.0, 3.0, 1.0),  # certainty is not moved
        (0.0, 3.0, 0.0),
        (0.3, 1e9, 0.0),
    ],
)
def test_belief_after_effort_without_a_breakthrough(chance, exposure, after):
    found = missions.road_after_exposure(np.float32(chance), np.float32(0.5), np.float32(exposure / 0.5))
    assert found == pytest.approx(after, abs=1e-6)


def test_only_the_sum_of_effort_counts_and_it_agrees_with_the_published_form():
    """Keller, Rady & Cripps: p (1 - x) / (1 - p x) with x the chance of a breakthrough in the period."""
    belief, published = np.float32(0.3), 0.3
    for effort in (2.0, 5.0, 0.5, 12.5):
        belief = missions.road_after_exposure(belief, np.float32(0.02), np.float32(effort))
        x = 1 - math.exp(-0.02 * effort)
        published = published * (1 - x) / (1 - published * x)
    assert belief == pytest.approx(published, rel=1e-5)
    at_once = missions.road_after_exposure(np.float32(0.3), np.float32(0.02), np.float32(20.0))
    assert belief == pytest.approx(float(at_once), rel=1e-5)


def test_prizes_have_the_mean_and_the_tail_they_are_said_to_have():
    """20,000 rounds, exponent 2.5: P(prize > k x smallest) = k^-2.5; the mean within 4 standard errors (sd / mean = .89)."""
    key = stream_key(world_key(1, 0), Purpose.MISSION)
    road = roads(tail=2.5, prize=1e6)
    drawn = [missions.draw_round(road, 0, n, 1, *key) for n in range(20_000)]
    prizes = np.array([d[2] for d in drawn]) / 1e8
    smallest = 1.5 / 2.5
    assert prizes.min() == pytest.approx(smallest, rel=1e-3)
    for factor in (1.5, 2.0, 4.0):
        share = factor**-2.5
        error = math.sqrt(share * (1 - share) / len(prizes))
        assert abs((prizes > factor * smallest).mean() - share) < 4 * error
    assert abs(prizes.mean() - 1) < 4 * 0.89 / math.sqrt(len(prizes))
    assert abs(np.mean([d[0] for d in drawn]) - 0.3) < 4 * math.sqrt(0.21 / len(prizes))
    assert abs(np.mean([d[1] for d in drawn]) - 1) < 4 / math.sqrt(len(prizes))  # Exp(1)
    assert missions.draw_round(roads(), 0, 3, 2, *key)[2] == 200_000_000  # certain, at price level 2


def test_adoption_follows_bass():
    """F(t) = (1 - e^-(p+q)t) / (1 + q/p e^-(p+q)t) (Bass 1969), within 1 % of the market; never more than the prize."""
    opened = np.array([[0, 1_000_000_00, 0]])
    for week in range(1, 52 * 15 + 1):
        new = missions.adopt_roads(roads(), opened)
        assert new >= 0
        if week % 52 == 0:
            decay = math.exp(-0.41 * week / 52)
            assert opened[0, 2] / 1e8 == pytest.approx((1 - decay) / (1 + 0.38 / 0.03 * decay), abs=0.01)
    for _ in range(5000):
        missions.adopt_roads(roads(adoption_p=1.0, adoption_q=5.0), opened)
    assert 0 <= 1_000_000_00 - opened[0, 2] < 100


def given_by(horizon=26, tolerance=0.0, road=0.3, pay_mix=0.5, asked=1.0, weeks=26, people=10, **parameters):
    """Share of time each of ten gives in the first week."""
    given = np.empty(people, np.float32)
    full = np.full(people, 1, np.float32)
    missions.give_time(
        table(**parameters), roads(weeks=weeks), 0, horizon, tolerance, pay_mix, np.zeros(1, np.int32),
        np.ones(people, np.bool_), np.zeros(people, np.int32), asked * full, road * full, given,
    )  # fmt: skip
    assert (given == given[0]).all()
    return float(given[0])


def test_people_weigh_the_chance_against_what_failure_costs_them():
    # found within 26 weeks: .3 (1 - e^-2.6) = .2777; at stake the whole quota: .2777 - .7223 = -.4446
    expected = 0.5 + 0.5 / (1 + math.exp(4 * 0.4446))
    assert given_by() == pytest.approx(expected, abs=1e-3)
    # forgiven in full: nothing at stake
    assert given_by(tolerance=1.0) == pytest.approx(0.5 + 0.5 / (1 + math.exp(-4 * 0.2777)), abs=1e-3)
    # a year's horizon: 26 of 52 weeks at stake
    assert given_by(horizon=52) == pytest.approx(
        0.5 + 0.5 / (1 + math.exp(4 * (0.7223 / 2 - 0.2777))), abs=1e-3
    )


def test_effort_on_missions_follows_horizon_tolerance_promise_and_pay():
    assert given_by(horizon=13) < given_by(horizon=26) < given_by(horizon=52)
    assert given_by(tolerance=0.0) < given_by(tolerance=0.5) < given_by(tolerance=1.0)
    assert given_by(road=0.3) < given_by(road=0.95)
    assert given_by(pay_mix=0.9) < given_by() < given_by(pay_mix=0.1)
    assert given_by(horizon=13, obedience=1.0) == given_by(horizon=52, obedience=1.0) == 1.0
    assert given_by(asked=0.3) <= 0.3


def spur(quota=1.0, specificity=0.3, cadence=0, pay_mix=0.5, result=1.0, **parameters):
    out = np.empty(1, np.float32)
    working.spurs(
        table(**parameters), quota, specificity, cadence, pay_mix, np.array([result], np.float32), out
    )
    return float(out[0])


def test_goals_spur_until_they_are_out_of_reach():
    assert spur() == pytest.approx(1.0, abs=1e-7)
    assert spur(specificity=0.0) < 1 < spur(specificity=0.9) < spur(specificity=0.9, cadence=4)
    # wholly specific and talked over every week against none at all: the published effect
    whole = spur(specificity=1.0, cadence=1) - spur(specificity=0.0)
    assert whole == pytest.approx(0.10 * 0.5 * (1 + math.exp(-1 / 13)), abs=1e-6)
    assert spur(quota=1.2, specificity=0.9, result=0.9) > spur(specificity=0.9, result=1.08)
    assert spur(quota=4.0, specificity=0.9, result=0.1) < spur(specificity=0.9, result=0.4)
    assert spur(pay_mix=1.0) == pytest.approx(1.1, abs=1e-6)


def test_throughput_falls_with_size_and_rises_with_process_and_capability():
    def throughput(seats, maturity=0.0, capability=0.0, **parameters):
        return float(working.throughput_of(table(**parameters), seats, maturity, capability))

    for seats in (1, 12, 120, 5000):
        assert throughput(seats) == 1.0  # to the bit: by default size costs nothing
    assert throughput(120, coordination=0.3) == 1.0
    assert throughput(500, coordination=0.1) == pytest.approx((500 / 120) ** -0.1, rel=1e-5)
    assert (
        throughput(10, coordination=0.1)
        == throughput(20, coordination=0.1)
        == pytest.approx(6**0.1, rel=1e-5)
    )
    for seats in (40, 500):
        assert throughput(seats, capability=0.5, coordination=0.1) > throughput(seats, coordination=0.1)
    assert throughput(500, capability=1.0, coordination=0.4) == pytest.approx(
        throughput(20, coordination=0.4), rel=1e-5
    )
    assert throughput(120, maturity=1.0) == pytest.approx(1.3)
