"""Worlds under the baseline, observed: every deal from start to end, every person, and the weeks of the status quo."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.spec import Scenario
from simulation.world.columns import CUSTOMER, LEAD, LOST, PROPOSAL, QUALIFIED, UNDECIDED
from simulation.world.kernels.reporting import state_pipelines
from simulation.world.model import SalesModel

WEEKS = 208
"""Two years of status quo and two more to follow every deal to its end."""
TENURES = 105
NEVER_ENDED = 9_999
FIELDS = ("row", "started", "qualified", "ended", "outcome", "value", "stage", "stated")

Table = dict[str, NDArray[np.float64]]


@dataclass
class OpenWorld:
    """One world under the baseline, weeks 0 to `WEEKS` - 1.

    `deals` has one element per opportunity started from week 0 on: weeks (qualified -1: never; ended 9,999: not yet),
    outcome 0 open, 1 won, 2 lost, 3 no decision, value in money (nan: ended in its first week), stage (0 qualified, above
    that a proposal) and stated chance at the end of the week it was qualified (nan: closed by then). `ramp` (2, tenure):
    summed proficiency and count of persons hired since week 0. `attained` (2,): rep-years at or above quota, and all of
    them. `vacancies`: weeks a seat stood empty. `top_shares`: for each year from the start week on, the share of new
    contracts won by the best fifth of those reps who were there all year.
    """

    history: dict[str, NDArray[Any]]
    deals: Table
    headcount: NDArray[np.float64]
    tenure: NDArray[np.float64]
    ramp: NDArray[np.float64]
    attained: NDArray[np.float64]
    vacancies: list[int]
    top_shares: list[float]
    seats: int


def live_open(task: tuple[Scenario, int]) -> OpenWorld:
    """Live and observe one world; the scenario is lengthened to `WEEKS`."""
    scenario, replication = task
    scenario = scenario.model_copy(update={"weeks": WEEKS})
    model = SalesModel(scenario, scenario.baseline, replication=replication)
    deals, people = DealLog(model), PeopleLog(model)
    while model.week < model.setting.weeks:
        model.step()
        deals.see(model)
        people.see(model)
    return OpenWorld(
        model.history,
        deals.table(),
        np.array(people.headcount),
        np.array(people.tenure),
        people.ramp,
        people.attained,
        people.vacancies,
        people.top_shares,
        model.setting.reps,
    )


class DealLog:
    """Follows each opportunity started while it watches."""

    fields: ClassVar[tuple[str, ...]] = FIELDS

    def __init__(self, model: SalesModel) -> None:
        c = model.state.customers
        n = len(c.stage)
        self.opportunity = c.opportunity.copy()
        self.place = np.zeros(n, np.int64)  # of each customer's deal, if there is one, in the table of deals
        self.now: Table = {name: np.full(n, -1.0) for name in self.fields}
        self.now["row"] = np.arange(n, dtype=float)
        self.done: list[Table] = []

    def see(self, model: SalesModel) -> None:
        """After each step."""
        c, now, week = model.state.customers, self.now, model.week - 1
        stage = c.stage
        # What ends with a deal stands in its own table, in which those closed this week are still listed.
        table, place = model.state.deals, np.arange(model.state.n_deals)
        self.place[table.row[place]] = place
        qualified = np.full(len(stage), -1)
        qualified[table.row[place]] = table.qualified_week[place]
        ran_out = np.zeros(len(stage), np.bool_)
        ran_out[table.row[place]] = table.left_loss[place] > table.left_advance[place]
        new = c.opportunity != self.opportunity
        self.opportunity[new] = c.opportunity[new]
        for name, value in (("started", week), ("qualified", -1), ("value", np.nan), ("stage", np.nan)):
            now[name][new] = value
        now["stated"][new] = np.nan
        followed = now["started"] >= 0
        is_open = (stage >= LEAD) & (stage <= PROPOSAL)
        worth = followed & (is_open | (stage == CUSTOMER))
        now["value"][worth] = c.value[worth] / 100
        # A lead does not end undecided or won. A lost one had been qualified if its clock was set anew this week, or, in the
        # week of its start, if it was its advance that had run out.
        anew = (now["started"] < week) | ran_out
        late_loss = (stage == LOST) & (qualified == week) & anew
        advanced = (stage == QUALIFIED) | (stage == PROPOSAL) | (stage == CUSTOMER) | (stage == UNDECIDED)
        fresh = followed & (now["qualified"] < 0) & (advanced | late_loss)
        now["qualified"][fresh] = qualified[fresh]
        self._state(model, np.flatnonzero(fresh & is_open))
        ended = followed & ~is_open
        outcome = np.where(stage == CUSTOMER, 1, np.where(stage == LOST, 2, 3))
        self._close(ended, week, outcome)

    def _state(self, model: SalesModel, rows: NDArray[np.int64]) -> None:
        """What the engine's own reports say of each of these deals, one by one."""
        c, n = model.state.customers, len(rows)
        owner = c.owner[rows]
        optimism = np.where(owner >= 0, model.state.reps.optimism[owner], np.float32(0))
        stated = np.zeros(n + 1)
        state_pipelines(
            model.setting.table,
            c.stage[rows],
            np.arange(n, dtype=np.int16),
            np.ones(n, np.int64),
            model.state.deals.chance[self.place[rows]],
            optimism,
            stated,
        )
        self.now["stage"][rows] = c.stage[rows] - QUALIFIED
        self.now["stated"][rows] = np.where(owner >= 0, stated[:n], np.nan)

    def _close(self, rows: NDArray[np.bool_], week: int, outcome: Any) -> None:
        self.now["ended"][rows] = week
        self.now["outcome"][rows] = outcome[rows] if np.ndim(outcome) else outcome
        self.done.append({name: column[rows].copy() for name, column in self.now.items()})
        self.now["started"][rows] = -1

    def table(self) -> Table:
        """All deals; those still open have outcome 0."""
        self._close(self.now["started"] >= 0, NEVER_ENDED, 0)
        return {name: np.concatenate([part[name] for part in self.done]) for name in self.fields}


@dataclass
class PeopleLog:
    """Follows heads, tenures, quotas, ramps and empty seats."""

    model: SalesModel
    headcount: list[int] = field(default_factory=list)
    tenure: list[float] = field(default_factory=list)
    vacancies: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        reps = self.model.state.reps
        self.ramp = np.zeros((2, TENURES))
        self.attained = np.zeros(2)
        self.top_shares: list[float] = []
        self.selling, self.first_person = reps.selling.copy(), reps.person.copy()
        self.since = reps.vacant_since.copy()
        self._new_year(self.model)

    def _new_year(self, model: SalesModel) -> None:
        self.booked = np.zeros(model.setting.reps)
        self.quota = 0.0
        self.person, self.stayed = model.state.reps.person.copy(), model.state.reps.selling.copy()

    def see(self, model: SalesModel) -> None:
        """After each step."""
        reps, week, start = model.state.reps, model.week - 1, model.setting.start_week
        self.headcount.append(int(reps.selling.sum()))
        self.tenure.append(float(reps.tenure[reps.selling].mean()))
        hired = reps.selling & ~self.selling
        self.vacancies += [int(week - w) for w in self.since[hired]]
        self.selling, self.since = reps.selling.copy(), reps.vacant_since.copy()
        self._proficiency(model)
        self.booked += reps.bookings
        self.stayed &= reps.selling & (reps.person == self.person)
        # The quota is set at the end of a year's first week and holds to the next such week.
        if (week - start) % 52 == 0 and week >= start:
            if self.quota > 0:
                self.attained += (
                    (self.booked >= self.quota)[self.stayed].sum(),
                    self.stayed.sum(),
                )
                sold = np.sort(self.booked[self.stayed])[::-1]
                if sold.sum() > 0:
                    self.top_shares.append(float(sold[: round(len(sold) / 5)].sum() / sold.sum()))
            self._new_year(model)
            self.quota = 52 * model.state.quota

    def _proficiency(self, model: SalesModel) -> None:
        reps, p = model.state.reps, model.setting.p
        who = np.flatnonzero(reps.selling & (reps.person > self.first_person) & (reps.tenure < TENURES))
        logit = reps.skill[who] - float(p["talent_weight"]) * reps.talent[who][:, None]
        proficiency = np.exp(logit / float(p["skill_weight"]))
        work = reps.touches[who] + 1e-9
        mean = (proficiency * work).sum(axis=1) / work.sum(axis=1)
        self.ramp[0] += np.bincount(reps.tenure[who], mean, TENURES)
        self.ramp[1] += np.bincount(reps.tenure[who], minlength=TENURES)
