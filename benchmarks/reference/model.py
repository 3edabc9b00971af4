"""The reference model: one object per agent, and a week that is one list of phases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from mesa import Agent, Model

from benchmarks.reference.arithmetic import Exact, Plain, sum_of
from benchmarks.reference.customer import Customer
from benchmarks.reference.decide import decide
from benchmarks.reference.develop import develop
from benchmarks.reference.feel import feel
from benchmarks.reference.forecasting import fading_by_age
from benchmarks.reference.hand_over import hand_over
from benchmarks.reference.leader import Leader
from benchmarks.reference.learn import learn
from benchmarks.reference.luck import KeyedLuck
from benchmarks.reference.mesa_luck import MesaLuck
from benchmarks.reference.missions import Mission
from benchmarks.reference.names import NEVER
from benchmarks.reference.plan import Agenda, plan
from benchmarks.reference.record import record
from benchmarks.reference.rep import Rep
from benchmarks.reference.report import report
from benchmarks.reference.respond import respond
from benchmarks.reference.segment import Segment, shared_draws
from benchmarks.reference.staff import Manager
from benchmarks.reference.use import use
from benchmarks.reference.work import work
from simulation.levers import Lever
from simulation.levers.points import ANSWERED_BY_DEFAULT, NO_PROGRAMME, POINTS, Goals, Meeting, Terms, Writing
from simulation.measures import MEASURES
from simulation.outcomes import OUTCOMES
from simulation.parameters import PARAMETERS

PHASES = (
    decide,  # the leader reads the evidence the policy allows, and may act
    hand_over,  # released accounts change owner
    plan,  # reps claim prospects and start deals
    work,  # touches = capacity x effort
    respond,  # stages move, deals close
    use,  # customers use the product and renew
    develop,  # people are trained, coached and moved
    learn,  # practices are found, written, read and forgotten
    feel,  # morale moves, people leave, newcomers come
    report,  # the stated pipeline passes two levels up
    record,  # outcomes of the week
)


class ReferenceModel(Model):
    """One policy in one world. Stands before the first week of the burn-in; `run_until(week)` lives on.

    With `plain` it counts in Python's own numbers and draws from Mesa's `self.random`; else it lives the same history as
    the engine. `closed_gates` names mechanisms that stay, from the start week on, as they were then.
    """

    def __init__(
        self,
        scenario: Any,
        policy: str,
        seed: int | None = None,
        replication: int = 0,
        closed_gates: Iterable[str] = (),
        plain: bool = False,
    ) -> None:
        seed = scenario.seed if seed is None else seed
        super().__init__(rng=(seed * 100_003 + replication) % 2**32)
        self.scenario, self.policy, self.closed = scenario, policy, frozenset(closed_gates)
        self.arithmetic: Any = Plain if plain else Exact
        self.number = self.arithmetic.number
        self.luck: Any = MesaLuck(self.random) if plain else KeyedLuck(seed, replication)
        world = scenario.world
        self.values = {name: p.default for name, p in PARAMETERS.items()} | world.parameters
        self.p = SimpleNamespace(**{name: self.number(value) for name, value in self.values.items()})
        self.start_week, self.weeks = scenario.start_week, scenario.weeks
        self.burn_in = scenario.burn_in_weeks
        self.week = -self.burn_in  # about to be lived; negative in the burn-in
        self.price = world.price_level
        self.practices = int(self.values["practices"])
        common = round(self.values["overlap"] * self.practices)
        self.shared = [practice < common for practice in range(self.practices)]  # by all segments
        self.fading = fading_by_age(self.arithmetic, self.p.age_exponent, self.burn_in + self.weeks + 1)
        self._answers = {name: _answers(scenario, name) for name in {scenario.baseline, policy}}

        # the firm's own answers where no lever says otherwise, and what levers said of late
        p = self.p
        self.own_terms = Terms(int(self.values["assessment_weeks"]), 0.0, 0, 0.0, float(p.pay_mix))
        self.own_goals = Goals(1.0, float(p.specificity), 0, 0.0)
        self.own_openness = float(p.openness)
        self.terms, self.goals, self.candour = self.own_terms, self.own_goals, self.own_openness
        self.meeting, self.writing, self.programme = Meeting(0.0), Writing(0.0, "top"), NO_PROGRAMME
        self._firm()
        self._people_and_market()
        getattr(Agent, "_ids", {}).pop(self, None)  # Mesa 3.3 keeps every model alive there

    def _firm(self) -> None:
        """What belongs to nobody in particular."""
        self.quota = 0.0  # money a week
        self.booked, self.booked_weeks = 0.0, 0  # since the quota was set
        self.renewals = [[0, 0] for _ in range(52)]  # cents due and cents after renewal, by week modulo 52
        self.maturity = self.capability = 0.0  # of the firm's process; of its teams to work together
        self.recorded_since = NEVER
        self.returns: list[Any] = []  # hand-overs with a right of return
        self.credits: list[Any] = []  # open deals of which a former rep has half
        self.opened_roads: list[Any] = []
        self.pending: list[Any] = []  # accounts still to be released, and how they stood by value
        self.territories_changed, self.changed_week, self.inbound_any = False, 0, False
        self.capacity: Any = None  # shares of the reps by segment
        self.firmness = 1.0
        self.interviews = 0
        self.rotated = False
        self.knows_depth = False
        self.ratios: list[float] = []  # stated over true pipeline, last 13 weeks
        self.frozen_ratio = 1.0
        self.belief_spread, self.gaps = 0.0, (0.0, 0.0)
        self.clarity = 0.0
        self.truth = self.stated = 0.0
        self.pooled = self.started = self.exits = self.resignations = self.roads_opened = 0
        self.fake_touches = 0.0
        self.mission_cost = self.programme_cost = self.transition_cost = self.shared_credit = 0.0
        self.hours = 0.0
        self.written = 0.0  # share of all selling time spent writing
        self.handed: Counter[str] = Counter()  # accounts that changed hands this week, by cause
        self.flows: Counter[str] = Counter()  # of deals and contracts this week
        self.history: dict[str, list[float]] = {
            outcome.name: [0] * self.weeks
            for outcome in OUTCOMES.values()
            if outcome.weekly and outcome.name not in MEASURES  # these read the engine's own state
        }

    def _people_and_market(self) -> None:
        world = self.scenario.world
        self.segments = [Segment(self, s, spec) for s, spec in enumerate(world.segments)]
        common = shared_draws(self)
        for segment in self.segments:
            segment.write_first_playbook(common)
        self.drifts = any(segment.weekly_drift for segment in self.segments)
        self.missions = [Mission(self, m, spec) for m, spec in enumerate(world.missions)]
        self.managers = [Manager(self, place) for place in range(world.managers)]
        self.reps = []
        for seat in range(world.reps):
            self.reps.append(Rep(self, seat, self.managers[seat * world.managers // world.reps]))
        self.leader = Leader(self)
        self.customers: list[Customer] = []
        sizes = by_largest_remainder([segment.share for segment in world.segments], world.customers)
        for segment, size in zip(self.segments, sizes, strict=True):
            for place in range(size):
                customer = Customer(self, len(self.customers), segment, place)
                self.customers.append(customer)
                segment.customers.append(customer)
        self.agenda = Agenda(self)
        self.arr = sum(customer.value for customer in self.customers)
        # Until bookings are known a guess serves as quota: a sixth of what is under contract, a year, per seat.
        guess = self.arr / 6 / self.price / 100 / 52 / len(self.reps)
        self.quota = guess * float(self.p.quota_ratio)

    def step(self) -> None:
        """One week: every phase in order."""
        for phase in PHASES:
            phase(self)
        self.week += 1

    def run_until(self, week: int) -> ReferenceModel:
        """Step until `week` is about to be lived."""
        while self.week < week:
            self.step()
        return self

    @property
    def row(self) -> int:
        """Weeks lived so far: where the records of this week go."""
        return self.week + self.burn_in

    def ask(self, point: str, state: Any, default: Any) -> Any:
        """The decision at a point: levers answer in order of name, each seeing what the one before it said.

        Before the start week the baseline's levers answer.
        """
        policy = self.policy if self.week >= self.start_week else self.scenario.baseline
        for answer in self._answers[policy][point]:
            default = answer(state, default)
        return default

    def as_before(self, *points: str) -> bool:
        """Whether the levers that answer any of these points are set as in the baseline."""
        mine, usual = (
            [lever for _, lever in self.scenario.policies[name] if any(hasattr(lever, p) for p in points)]
            for name in (self.policy, self.scenario.baseline)
        )
        return mine == usual

    def gate_open(self, gate: str) -> bool:
        """Whether a mechanism is at work; every gate is open before the start week."""
        return gate not in self.closed or self.week < self.start_week

    def passed_upward(self) -> float:
        """Share of bad news that a level passes on: `pass_upward` at openness and prestige 0.5, all at openness 1."""
        p = self.p
        filtered = (1 - float(p.pass_upward)) * float(p.attenuation)
        filtered *= 2 * (1 - self.candour) * (1 + float(p.prestige_weight) * (float(p.prestige) - 0.5))
        return min(1.0, max(0.0, 1 - filtered))

    def mean_drift(self) -> float:
        """Of what works, a week, mean of the segments."""
        return sum_of([float(segment.weekly_drift) for segment in self.segments]) / len(self.segments)


def by_largest_remainder(shares: list[float], seats: int) -> list[int]:
    """Whole seats in proportion to the shares; what is left over goes to the largest remainders."""
    total = sum_of(shares)
    exact = [share / total * seats for share in shares]
    whole = [int(x) for x in exact]
    order = sorted(range(len(shares)), key=lambda s: (-(exact[s] - whole[s]), s))
    for s in order[: seats - sum(whole)]:
        whole[s] += 1
    return whole


def _answers(scenario: Any, policy: str) -> dict[str, list[Any]]:
    """For each decision point the methods of this policy's levers that answer it, in order of the levers' names."""
    levers = [lever for _, lever in sorted(scenario.policies[policy]) if isinstance(lever, Lever)]
    answers: dict[str, list[Any]] = {}
    for point in POINTS:
        asked = [lever for lever in levers if point in ANSWERED_BY_DEFAULT or lever.model_fields_set]
        answers[point] = [getattr(lever, point) for lever in asked if hasattr(lever, point)]
    return answers
