"""The fit knows the engine's own deal: curves against deals raced one by one and against lived worlds, scores, talent."""

from __future__ import annotations

import numpy as np
import pytest
from made_up import crm, of_model, truth

from analysis.calibration.opportunity import NAMES
from analysis.calibration.survival import aalen_johansen
from analysis.crm.estimates.engine import Scores, curves
from analysis.crm.estimates.groups import differences, results
from analysis.crm.estimates.histories import Histories, histories
from analysis.crm.estimates.process import followed, process
from analysis.crm.estimates.spread import spread
from analysis.crm.estimates.talent import seen_of_a_logit, talent_of
from app.calibration.lived import lived, scenario_of
from app.calibration.settings import DEFAULTS, RANGES
from simulation.facts.crm_log import crm_of
from simulation.facts.score_log import lived_scores

AHEAD, ENDING = np.array([1.0, 1.2, 1.3]), np.array([1.0, 0.8])
LIVED = Scores(-0.4, 0.7, AHEAD, ENDING)
FAST = {"a1": 0.6, "a2": 0.5, "l": 0.05, "n": 0.03, "decline": 0.4, "q0": 0.05, "p0": 0.3}


def raced(row: dict[str, float], scores: Scores, n: int, weeks: int) -> tuple[np.ndarray, float]:
    """Deals one by one, as the engine works them: each cause against its own threshold, a new one for each stage."""
    rng = np.random.default_rng(1)
    ends, lasting, proposals = np.zeros((3, weeks)), 0, 0
    for _ in range(n):
        if rng.uniform() < row["q0"]:
            ends[1, 0] += 1
            continue
        up = np.exp((scores.mean + rng.standard_normal()) / 2)
        proposal = rng.uniform() < row["p0"]
        left = rng.exponential(size=3)
        for week in range(weeks):
            d, rest, cause = (1.0 + week) ** -row["decline"], 1.0, -1
            ahead, ending = scores.ahead[min(week, 2)], scores.ending[min(week, 1)]
            while cause < 0:
                move = (row["a2"] if proposal else row["a1"]) * up * d * ahead
                hazards = np.array([move, row["l"] / up / d * ending, row["n"] / up / d * ending])
                soonest = (left / hazards).min()
                left -= hazards * min(rest, soonest)
                if soonest >= rest:
                    break
                rest -= soonest
                first = int((left / hazards).argmin())
                if first == 0 and not proposal:
                    proposal, left[0] = True, rng.exponential()
                else:
                    cause = first
            if cause >= 0:
                ends[cause, week] += 1
                break
            if week == 0:
                lasting, proposals = lasting + 1, proposals + proposal
    return np.cumsum(ends, axis=1) / n, proposals / lasting


def test_curves_are_those_of_deals_raced_one_by_one() -> None:
    n, weeks = 20_000, 12
    seen, early = raced(FAST, LIVED, n, weeks)
    expected, share = curves(truth(**FAST)[None], LIVED, weeks)
    error = np.sqrt(expected[:, 0] * (1 - expected[:, 0]) / n)
    assert (np.abs(seen - expected[:, 0]) < 4.5 * error).all()  # of 36 one in 4,000 would not hold by chance
    assert abs(early - share[0]) < 4 * np.sqrt(0.25 / n)
    assert share[0] > FAST["p0"] + 0.1  # some became proposals within the week


def test_curves_do_not_jump_where_both_stages_move_alike() -> None:
    alike, nearly = (curves(truth(**{**FAST, "a2": a2})[None], LIVED, 12)[0] for a2 in (0.6, 0.6001))
    assert np.abs(alike - nearly).max() < 1e-4


def test_a_lower_score_asks_for_higher_hazards() -> None:
    """Hazards and mean score say the same: a score lower by m is hazards to advance lower by exp(m / 2), to end higher."""
    scores, lower = Scores(), Scores(mean=-0.5)
    row = truth(n=0.004, l=0.006)
    moved = row.copy()
    for names, factor in ((("a1", "a2"), np.exp(0.25)), (("l", "n"), np.exp(-0.25))):
        moved[[NAMES.index(name) for name in names]] *= factor
    assert np.allclose(curves(row[None], scores)[0], curves(moved[None], lower)[0])
    rng = np.random.default_rng(2)
    data = crm(*of_model(8000, 2, n=0.004, l=0.006), rng)
    of = followed(data, histories(data), {**RANGES, "qualified_advance": (0.0999, 0.1001)}, DEFAULTS)
    narrow = followed(data, histories(data), {**RANGES, "qualified_advance": (0.1283, 0.1285)}, DEFAULTS)
    assert of is not None
    assert narrow is not None
    plain, raised = of.best(scores, 0.68), narrow.best(lower, 0.68)
    for name, true in (("a2", np.exp(0.25)), ("l", np.exp(-0.25)), ("n", np.exp(-0.25)), ("decline", 1.0)):
        k = NAMES.index(name)
        assert raised[k] / plain[k] == pytest.approx(true, rel=0.02), name


@pytest.mark.slow
def test_curves_are_those_of_lived_worlds() -> None:
    """At the true parameters, within half a point and luck; a standard normal score that lasts would not be so near."""
    values = {name: DEFAULTS[name] for name in ("value_slope", "talent_weight")}
    values |= {
        "deal_value_sigma": 1.31,
        "proposal_advance": 0.12,
        "age_exponent": 0.4,
        "direct_proposal": 0.3,
    }
    scenario, scores = scenario_of(values), lived(values)
    found = []
    for world in range(50, 60):
        deals = crm_of(scenario, "open", world).deals
        age = np.where(deals["outcome"] > 0, deals["ended"], 103) - deals["qualified"]
        counts = np.zeros((4, 104))
        np.add.at(counts, (deals["outcome"].astype(int), age.astype(int)), 1)
        found.append(aalen_johansen(counts)[:, :60])
    seen, error = np.mean(found, axis=0), np.std(found, axis=0, ddof=1) / np.sqrt(len(found))
    names = {"qualified_advance": "a1", "proposal_advance": "a2", "loss": "l", "no_decision": "n", "age_exponent": "decline",
             "direct_proposal": "p0", "early_loss": "q0"}  # fmt: skip
    row = truth(**{fit: values.get(name, DEFAULTS[name]) for name, fit in names.items()})
    row[NAMES.index("sigma_z")] = scores.total(DEFAULTS["value_slope"] * 1.31)
    gap = np.abs(curves(row[None], scores, 60)[0][:, 0] - seen)
    assert (gap < 0.005 + 4 * error).all(), gap.max()
    row[NAMES.index("sigma_z")] = 1.0
    gap = np.abs(curves(row[None], Scores(), 60)[0][:, 0] - seen)
    assert not (gap < 0.005 + 4 * error).all()


def test_noise_of_a_deal_adds_to_the_spread_of_scores() -> None:
    """It plays no part before a deal is qualified, so scores spread by as much more, and their mean stays."""
    quiet, loud = (
        lived_scores(
            scenario_of(
                {"deal_noise": noise, "qualified_advance": 0.02, "proposal_advance": 0.02}
            ).model_copy(update={"weeks": 40}),
            2,
        )
        for noise in (0.0, 1.0)
    )
    n = quiet.deals + loud.deals
    assert loud.spread**2 - quiet.spread**2 == pytest.approx(1.0, abs=4 * np.sqrt(8 / n))
    assert loud.mean == pytest.approx(quiet.mean, abs=5 * np.sqrt(4 / n))


def test_results_show_less_than_scores_differ_by() -> None:
    rng = np.random.default_rng(4)
    n, reps, sd = 24_000, 120, 0.5
    rep = rng.integers(0, reps, n)
    score = sd * rng.standard_normal(reps)
    score *= sd / score.std()
    changes = {"a1": 0.2, "n": 0.003, "l": 0.005}
    data = crm(*of_model(n, 4, shift=score[rep], **changes), rng, rep=[f"r{k}" for k in rep])
    history = histories(data)
    found = differences(data, history, "rep").spreads["odds"]
    by = seen_of_a_logit(history, truth(**changes), Scores())
    error = (found.high - found.low) / 3.92
    assert 0.7 < by < 0.95
    fit = (history, truth(**changes))
    assert float(talent_of(found.sd, *fit, Scores())) == pytest.approx(sd, abs=4 * error)
    assert float(talent_of(1.0, *fit, Scores(other=0.6, by_talent=0.4))) == pytest.approx(2.0)


@pytest.mark.slow
def test_results_by_talent_are_those_of_lived_worlds() -> None:
    """The spread of results that other worlds show gives back the talent they were made with."""
    values = {"talent_weight": 0.6}
    scores, deals = lived(values), lived_scores(scenario_of(values).model_copy(update={"seed": 5}), 6).results
    found = []
    for table, talents in deals:
        known = (table["qualified"] >= 0) & np.isin(table["owner"], list(talents))
        cause, begun = table["outcome"][known].astype(np.int64), 7 * table["qualified"][known]
        ended = np.where(cause > 0, 7 * table["ended"][known], 7 * 103.0)
        owners, group = np.unique(table["owner"][known], return_inverse=True)
        age = ((ended - begun) // 7).astype(np.int64)
        history = Histories(age, cause, begun, ended, np.full(len(age), np.nan), 7 * 103.0)
        _, mean, variance, luck = results(history, group, len(owners))
        sd = spread(mean, variance, luck=luck).sd
        found.append(float(talent_of(sd, history, truth(), scores)))
    assert np.mean(found) == pytest.approx(0.6, abs=4 * np.std(found, ddof=1) / np.sqrt(6) + 0.05)


def test_doubt_about_the_mean_score_widens_hazards_that_belong_together() -> None:
    rng = np.random.default_rng(5)
    data = crm(*of_model(4000, 5, n=0.004, l=0.006), rng)
    of = followed(data, histories(data), RANGES, DEFAULTS)
    assert of is not None
    sure, unsure = process(of), process(of, doubt=0.5)
    assert (unsure.rows[0] == sure.rows[0]).all()
    logs = np.log(unsure.rows[1:, :4] / sure.rows[1:, :4])  # a1, a2, l, n
    assert np.allclose(logs[:, :2], -logs[:, 2:])
    assert logs[:, 0].std() == pytest.approx(0.25, rel=4 / np.sqrt(400))


def test_people_of_one_talent_say_nothing_of_what_talent_does() -> None:
    scores = lived({"talent_weight": 0.0}, False)
    assert scores.by_talent is None
    assert np.isfinite(scores.other)
