"""What knowing is worth, against closed forms (linear and Gaussian) and against what must hold whatever the world."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from analysis.knowing import Pilot, _normal_scores, knowing, per_year, pilots_worth, worth
from analysis.knowing_text import as_data, pilot_words, sentences
from analysis.paired import Estimate
from analysis.panel import AnalysisError, OutcomeInfo
from analysis.sweeps import SweepAnswer
from analysis.value import value_of_perfect_information

OUTCOME = {
    "name": "new_arr", "unit": "cents", "direction": 1, "weekly": True, "reduce": "sum_from_start", "label": "New ARR",
    "description": "",
}  # fmt: skip
SEEDS = 12


def linear(seed: int, mean: float, slopes: tuple[float, ...], noise: float, cases: int = 160):
    """Parameters, (cases, slopes), standard normal; a lead, (1, cases), with this mean, these slopes and noise (sd)."""
    rng = np.random.default_rng([seed, 5])
    known = rng.standard_normal((cases, len(slopes)))
    return known, (mean + known @ np.array(slopes) + rng.normal(0, noise, cases))[None, :]


def by_luck(mean: float, sd: float, cases: int = 160) -> float:
    """By how much the value comes out low since the policy best on average over these cases is also best by luck: what
    the means of cases allow to gain, in closed form too. It matters where policies are nearly equal.
    """
    return value_of_perfect_information(mean, sd / np.sqrt(cases))


@pytest.mark.parametrize(
    ("mean", "slopes", "noise"), [(1.0, (2.0, 0.5), 1.0), (-0.5, (1.0, 0.5, 0.0), 1.5), (0.0, (1.5,), 0.5)]
)
def test_all_and_each_alone_are_worth_what_the_closed_form_says(mean, slopes, noise) -> None:
    made = [linear(seed, mean, slopes, noise) for seed in range(SEEDS)]
    every = [worth("all", known, lead) for known, lead in made]
    first = [worth("first", known[:, :1], lead) for known, lead in made]
    for found, sd in ((every, float(np.hypot.reduce(slopes))), (first, slopes[0])):
        true = value_of_perfect_information(mean, sd)
        values, errors = (np.array([getattr(one, key) for one in found]) for key in ("value", "error"))
        assert abs(values.mean() + by_luck(mean, sd) - true) < 2 * values.std(ddof=1) / np.sqrt(SEEDS) + 0.01
        assert (np.abs(values - true) < 2 * errors).sum() >= SEEDS - 2
        assert errors.mean() < 2 * values.std(ddof=1)  # no error bar is right by being huge


def test_what_does_nothing_is_worth_nothing() -> None:
    above = 0
    for seed in range(20):
        known, lead = linear(seed, 0.3, (0.0, 0.0), 1.0, cases=80)
        found = worth("idle", known, lead)
        above += found.value > 0
        assert found.low == 0
    assert (
        above <= 4
    )  # a curve counts where it is beyond chance at 5 %: more than four of 20 in 1 of 400 tries


def test_three_policies_against_the_sum_over_a_fine_grid() -> None:
    """Leads 1.5 x and -1.5 x over a baseline at 0, x standard normal: worth E max(0, 1.5 |x|) = 1.5 sqrt(2 / pi),
    less by luck of the mean of x over 160 cases, as above.
    """
    values = []
    for seed in range(SEEDS):
        rng = np.random.default_rng([seed, 6])
        x = rng.standard_normal(160)
        leads = np.stack([1.5 * x, -1.5 * x]) + rng.normal(0, 0.5, (2, 160))
        values.append(worth("x", x[:, None], leads).value)
    error = np.std(values, ddof=1) / np.sqrt(SEEDS)
    true = 1.5 * np.sqrt(2 / np.pi)
    assert abs(np.mean(values) - true * (1 - 1 / np.sqrt(160))) < 2 * error + 0.02


def test_sample_information_grows_with_the_sample_up_to_perfect_information() -> None:
    """A study sees theta with error sd s: worth the closed form with the sd of what is expected after it."""
    mean, slope = 0.5, 2.0
    for noise in (0.3, 1.0, 4.0):
        values, perfect, errors = [], [], []
        for seed in range(SEEDS):
            known, lead = linear(seed, mean, (slope,), 1.0)
            rng = np.random.default_rng([seed, 8])
            study = known[:, :1] + rng.normal(0, noise, (160, 1))
            found, top = worth("study", study, lead), worth("all", known, lead)
            values.append(found.value)
            perfect.append(top.value)
            errors.append(np.hypot(found.error, top.error))
        sd = slope / np.sqrt(1 + noise**2)
        true = value_of_perfect_information(mean, sd)
        assert abs(np.mean(values) - true) < 2 * np.std(values, ddof=1) / np.sqrt(SEEDS) + 0.02
        assert (np.array(values) < np.array(perfect) + 2 * np.array(errors)).all()


def test_scale_order_and_side_do_not_matter() -> None:
    known, lead = linear(3, 0.5, (1.0, 0.5), 1.0)
    base = worth("all", known, lead)
    assert worth("all", known, 1e8 * lead).value == pytest.approx(1e8 * base.value, rel=1e-3)
    mirrored = worth(
        "all", known, -lead
    )  # the other policy leads: the same choice, named the other way round
    assert mirrored.value == pytest.approx(base.value, rel=1e-3)
    assert worth("all", 10 * known, lead).low <= base.value <= worth("all", 10 * known, lead).high


def tables(
    cases: int = 120, seed: int = 1, sd: float = 2e8, policies=("open", "lockdown")
) -> SimpleNamespace:
    """Lockdown leads by 1e8 + sd z cents, z standard normal and known by the axis; 26 weeks after the start."""
    rng = np.random.default_rng(seed)
    z, idle = rng.standard_normal(cases), rng.random(cases)
    rows = [
        (case, policy, world, z[case], idle[case], 1e10 + (1e8 + sd * z[case]) * (policy == "lockdown") + rng.normal(0, 2e7))
        for case in range(cases) for policy in policies for world in range(2)
    ]  # fmt: skip
    names = ["point", "policy", "replication", "x.z", "x.idle", "new_arr"]
    axes = [{"name": name, "unit": "", "distribution": "drawn"} for name in ("z", "idle")]
    meta = {
        "scenario": "made_up", "design": "draws", "outcome": "new_arr", "baseline": "open", "policies": list(policies),
        "axes": axes, "weeks": 39, "start_week": 13,
    }  # fmt: skip
    return SimpleNamespace(
        runs=pd.DataFrame(rows, columns=names), failures=pd.DataFrame({"policy": []}), outcomes=pd.DataFrame([OUTCOME]),
        meta=meta,
    )  # fmt: skip


def test_money_is_in_currency_units_a_year() -> None:
    known = knowing(SweepAnswer(tables()))
    true = 2 * value_of_perfect_information(1e6, 2e6)  # 26 weeks are half a year
    assert known.perfect.value == pytest.approx(true, abs=2 * known.perfect.error)
    assert known.parameters[0].name == "z"
    assert known.parameters[1].low == 0
    assert known.chosen == "lockdown"
    assert known.everything.mean >= known.perfect.value - 2 * known.perfect.error
    first, single, *_ = sentences(known)
    assert first.startswith(
        "Today 'lockdown' is best in new ARR. To know all two things that vary before choosing would be worth"
    )
    assert "k [" in first or "M [" in first
    assert "Of single things most is to be had from z" in single
    info = OutcomeInfo(**{**OUTCOME, "reduce": "last"})
    assert per_year(info, {"weeks": 39, "start_week": 13}) == 0.01  # a level is what it is


def pilot_tables(main, noise: float, cost: float = 5e6) -> SimpleNamespace:
    """A pilot that sees z with an error of sd `noise`, twice, and costs `cost` cents."""
    rng = np.random.default_rng(9)
    z = main.runs.drop_duplicates("point")["x.z"].to_numpy()
    rows = []
    for case, at in enumerate(z):
        level = rng.normal(1e10, 1e7)
        rows.append((case, "open", 0, at, level, np.nan, np.nan))
        rows.append((case, "lockdown~6w12r", 0, at, level - cost, *(at + rng.normal(0, noise, 2))))
    frame = pd.DataFrame(
        rows, columns=["point", "policy", "replication", "x.z", "new_arr", "seen.a", "seen.b"]
    )
    meta = {**main.meta, "policies": ["open", "lockdown~6w12r"], "axes": main.meta["axes"][:1]}
    return SimpleNamespace(runs=frame, failures=main.failures, outcomes=main.outcomes, meta=meta)


def test_a_pilot_is_worth_what_its_result_tells_and_costs_what_it_cost() -> None:
    main = tables(160)
    known = knowing(SweepAnswer(main))
    named = [(6, 12, "lockdown~6w12r")]
    good, poor = (
        pilots_worth(known, pilot_tables(main, noise), "lockdown", named, ["seen.a", "seen.b"]).pilots[0]
        for noise in (0.2, 3.0)
    )
    for pilot, noise in ((good, 0.2), (poor, 3.0)):
        true = 2 * value_of_perfect_information(1e6, 2e6 / np.sqrt(1 + noise**2 / 2))
        assert pilot.worth.value == pytest.approx(true, abs=2 * pilot.worth.error)
        assert pilot.worth.value < known.perfect.value + 2 * np.hypot(pilot.worth.error, known.perfect.error)
    assert poor.worth.value < good.worth.value
    assert good.cost.mean == pytest.approx(5e4)
    shown = pilots_worth(known, pilot_tables(main, 0.2), "lockdown", named, ["seen.a", "seen.b"])
    last = sentences(shown)[-1]
    assert last.startswith("A six-week pilot of 'lockdown' with 12 reps is worth ")
    assert last.endswith("and costs 50 k [50, 50] once.")
    data = as_data(shown)["pilots"][0]
    assert {"weeks", "reps", "value", "ci_low", "ci_high", "cost"} <= data.keys()


def test_a_cost_that_may_be_none_is_not_told_as_one() -> None:
    main = tables(40)
    known = knowing(SweepAnswer(main))
    pilot = Pilot("lockdown", 6, 12, known.perfect, Estimate(-71e3, -180e3, 39e3, 40))
    assert pilot_words(pilot, known).endswith("; no cost can be shown (-71 k [-180, 39] once).")


def test_a_pilot_that_sees_nothing_is_worth_nothing() -> None:
    main = tables(120)
    blind = pilot_tables(main, 1.0)
    blind.runs[["seen.a", "seen.b"]] = np.random.default_rng(3).normal(size=(240, 2))
    found = pilots_worth(
        knowing(SweepAnswer(main)), blind, "lockdown", [(6, 12, "lockdown~6w12r")], ["seen.a", "seen.b"]
    )
    assert found.pilots[0].worth.low == 0
    assert "is worth nothing beyond chance (at most " in sentences(found)[-1]


def test_ranks_as_normal_scores() -> None:
    scores = _normal_scores(np.array([5.0, -1e9, 7.0]))
    assert scores == pytest.approx(norm.ppf([0.5, 1 / 6, 5 / 6]))


def test_what_cannot_be_valued() -> None:
    with pytest.raises(AnalysisError, match="12 cases are too few"):
        knowing(SweepAnswer(tables(12)))
    with pytest.raises(AnalysisError, match="besides the baseline"):
        knowing(SweepAnswer(tables(40, policies=("open",))))
    walked = tables(40)
    walked.meta["design"] = "morris"
    with pytest.raises(AnalysisError, match="morris"):
        knowing(SweepAnswer(walked))
    still = tables(40)
    still.runs[["x.z", "x.idle"]] = 1.0
    with pytest.raises(AnalysisError, match="nothing varies"):
        knowing(SweepAnswer(still))
