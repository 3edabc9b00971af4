"""What the score of a deal is when it is qualified, and what becomes of it and of the work put into the deal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.facts.crm_log import PERSONS, CrmLog
from simulation.facts.open_worlds import Table
from simulation.spec import Scenario
from simulation.world.columns import CUSTOMER, PROPOSAL, QUALIFIED
from simulation.world.model import SalesModel

AGES = 157
"""Ages that are told apart, weeks since a deal was qualified."""
LEAST = 500
"""Deal-weeks an age needs to count by itself; from the first age with fewer on they are taken together."""
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LivedScores:
    """Of deals that were qualified in some worlds from week 0 on, `deals` of them.

    mean, spread: of their scores, the spread of what does not come from value. ahead, ending: (ages,), mean factors, by age
    in weeks, by which later scores and work change the hazards to advance and to end; the last holds from there on.
    value_mean, value_spread: of their log values in money. results: for each world the deals as a CRM has them (fields as in
    `CrmHistory.deals`), and talents in logits by owner.
    """

    mean: float
    spread: float
    ahead: Floats
    ending: Floats
    value_mean: float
    value_spread: float
    results: list[tuple[Table, dict[int, float]]]
    deals: int


class ScoreLog:
    """Follows the score of each deal that is qualified while it watches."""

    def __init__(self, model: SalesModel) -> None:
        self.first = np.full(len(model.state.customers.stage), np.nan)  # of each customer's deal
        self.sums = np.zeros((3, AGES))  # deals, factors to advance, factors to end
        self.scores: list[Floats] = []
        self.values: list[Floats] = []
        self.talents: dict[int, float] = {}  # in logits, by owner of a deal

    def see(self, model: SalesModel) -> None:
        """After each step. Deals that were lost in it are left out: nobody's by now, their score is not known."""
        state, p, week = model.state, model.setting.p, model.week - 1
        d, c = state.deals, state.customers
        stage, row = d.stage[: state.n_deals], d.row[: state.n_deals]
        won_now = (stage == CUSTOMER) & (c.stage_week[row] == week)
        use = np.flatnonzero((stage == QUALIFIED) | (stage == PROPOSAL) | won_now)
        use = use[d.qualified_week[use] >= 0]
        row, seat, age = d.row[use], d.seat[use], week - d.qualified_week[use].astype(np.int64)
        owned = seat >= 0
        skill = np.where(owned, state.reps.skill[seat, d.segment[use]], 0.0)
        drive = np.where(owned, model.now.push[seat], 0.0)
        score = skill + float(p["fit_weight"]) * d.fit[use] + d.score[use] - float(p["score_centre"])
        score += float(p["firm_relationship_weight"]) * d.firm_relationship[use]
        score += float(p["rep_relationship_weight"]) * c.relationship[row]
        new = age == 0
        self.first[row[new]] = score[new]
        self.scores.append(score[new])
        self.values.append(np.log(np.maximum(d.value[use][new] / model.setting.price, 1)))
        people = state.reps.person[seat].astype(np.int64)
        talent = float(p["talent_weight"]) * state.reps.talent[seat]
        self.talents.update(
            zip((seat + PERSONS * people)[owned].tolist(), talent[owned].tolist(), strict=True)
        )
        change = np.exp((score - self.first[row]) / 2)
        place = np.minimum(age, AGES - 1)
        for k, what in enumerate((np.ones(len(use)), drive * change, 1 / change)):
            self.sums[k] += np.bincount(place, what, AGES)


def lived_scores(scenario: Scenario, worlds: int) -> LivedScores:
    """Live so many worlds under the baseline and observe the scores of their deals, and what a CRM would record of them."""
    logs, results = [], []
    for replication in range(worlds):
        model = SalesModel(scenario, scenario.baseline, replication=replication).run_until(0)
        log, crm = ScoreLog(model), CrmLog(model)
        while model.week < scenario.weeks:
            model.step()
            log.see(model)
            crm.see(model)
        logs.append(log)
        results.append((crm.table(), log.talents))
    scores = np.concatenate([one for log in logs for one in log.scores])
    values = np.concatenate([one for log in logs for one in log.values])
    slope = np.cov(scores, values)[0, 1] / max(values.var(ddof=1), 1e-12)
    spread = (scores - slope * (values - values.mean())).std(ddof=2)
    ahead, ending = factors(np.sum([log.sums for log in logs], axis=0))
    of_values = float(values.mean() - np.log(100)), float(values.std(ddof=1))
    return LivedScores(float(scores.mean()), float(spread), ahead, ending, *of_values, results, len(scores))


def factors(sums: Floats) -> tuple[Floats, Floats]:
    """Mean factors by age out of `ScoreLog.sums`. After the last age with many deals: the mean of a quarter before it and of
    all that follows.
    """
    few = np.flatnonzero(sums[0] < LEAST)
    last = max(1, int(few[0]) if len(few) else AGES - 1)
    tail = sums[:, max(1, last - 13) :].sum(axis=1)
    sums = np.column_stack((sums[:, :last], tail))
    ahead, ending = sums[1:] / np.maximum(sums[0], 1.0)
    return ahead, ending
