"""A policy's worlds lived again with what a CRM shows of its first weeks: the same worlds, draws and outcomes.

Signals compare the weeks since the policy began with the quarter before, so that one firm's figures are like another's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from simulation.runs.record import RunRecord
from simulation.spec.axes import PATH, of_facts
from simulation.spec.sweeps import Sweep

if TYPE_CHECKING:
    from simulation.spec import Scenario
    from simulation.spec.sweep_schema import Value
    from simulation.world.model import SalesModel

LOOKS = (4, 6, 9)
"""Weeks after the start on which one looks."""
BEFORE_WEEKS = 13
PROMISED_WEEKS = 8
"""A deal is promised so many weeks after it was qualified, the median to a win (docs/validation.md, S2), and again so many
weeks later each time the date slips."""
SEEN_AS = "signal."
"""Columns of results that hold signals begin with this: `signal.WEEK.NAME`."""

SIGNALS = {
    "meetings": "new meetings",
    "moves": "stage moves",
    "slipped": "slipped dates",
    "activity": "activity logged",
    "won": "deals won",
    "pipeline": "stated pipeline",
    "use": "logins of customers",
    "resignations": "resignations",
}
"""Names of signals, and what people call them."""
SUMS = ("resignations",)
"""Counted since the start, for each 100 seats; all others are relative to the quarter before."""
LEVELS = ("pipeline", "use")
"""As they stand that day."""


def column(week: int, name: str) -> str:
    """The column of a signal."""
    return f"{SEEN_AS}{week}.{name}"


@dataclass(frozen=True)
class Watched:
    """A replication that also hands back the signals; what the policy comes to is as in any other run of it."""

    def __call__(
        self,
        scenario: Scenario,
        replication: int,
        policies: Sequence[str] | None = None,
        seed: int | None = None,
    ) -> list[RunRecord]:
        from simulation.runs.replicate import live, record_of, released
        from simulation.world.model import SalesModel

        names = list(scenario.policies) if policies is None else list(policies)
        begin = max(0, scenario.start_week - BEFORE_WEEKS)
        before: list[dict[str, float]] = []
        with released(SalesModel(scenario, scenario.baseline, seed, replication)) as base:
            live(base, begin, scenario.baseline)
            while base.week < scenario.start_week:
                live(base, base.week + 1, scenario.baseline)
                before.append(_week(base))
            records = []
            for name in names:
                since: list[dict[str, float]] = []
                with released(base.fork(name)) as model:
                    while model.week < min(scenario.weeks, scenario.start_week + max(LOOKS)):
                        live(model, model.week + 1, name)
                        since.append(_week(model))
                    live(model, scenario.weeks, name)
                    record = record_of(model).slim()
                signals = _signals(before, since, scenario.world.reps)
                records.append(replace(record, final=record.final | signals))
        return records


def _week(model: SalesModel) -> dict[str, float]:
    """What the CRM holds of the week just lived."""
    from simulation.world.columns import CUSTOMER, PROSPECT, STAGE_MOVES, USAGE
    from simulation.world.kernels.responding import WON

    state, now, week = model.state, model.now, model.week - 1
    deals, row = state.deals, week + model.setting.burn_in
    stage, age = deals.stage[: state.n_deals], week - deals.qualified_week[: state.n_deals]
    due = (age > 0) & (age % PROMISED_WEEKS == 0) & (stage > PROSPECT) & (stage < CUSTOMER)
    return {
        "meetings": float(now.started), "moves": float(state.records[STAGE_MOVES, row].sum()), "slipped": float(due.sum()),
        "activity": float(state.reps.touches.sum() + now.faked.sum()), "won": float(now.flows[WON]),
        "pipeline": now.stated, "use": float(state.records[USAGE, row].sum()), "resignations": float(now.resignations),
    }  # fmt: skip


def _signals(
    before: Sequence[Mapping[str, float]], since: Sequence[Mapping[str, float]], seats: int
) -> dict[str, float]:
    """Every signal on every day of looking; nan where a run ends earlier, or where there was nothing before."""
    found = {}
    for week in LOOKS:
        for name in SIGNALS:
            value = float("nan")
            lately = [one[name] for one in since[:week]]
            if len(lately) == week:
                if name in SUMS:
                    value = 100 * sum(lately) / seats
                else:
                    usual = sum(one[name] for one in before) / max(len(before), 1)
                    now = lately[-1] if name in LEVELS else sum(lately) / week
                    value = now / usual - 1 if usual > 0 else float("nan")
            found[column(week, name)] = value
    return found


def watch_sweep(
    scenario: Scenario,
    policy: str,
    axes: Sequence[Mapping[str, Any]],
    rows: Sequence[Sequence[Value]],
    replications: int,
) -> Sweep:
    """A sweep that lives one policy in every world of another sweep. `axes` are facts of what varies, `rows` the values."""
    own = {name: scenario.policies[name] for name in dict.fromkeys((scenario.baseline, policy))}
    found = [of_facts(one, tuple(place for place in one["targets"] if stays(place, own))) for one in axes]
    return Sweep(
        f"watch {policy}", "", scenario.model_copy(update={"policies": own}), (policy,), "table", 1,
        len(rows), replications, tuple(found), tuple(map(tuple, rows)),
    )  # fmt: skip


def stays(place: str, policies: Mapping[str, Any]) -> bool:
    """Whether a place that varies is there with these policies alone."""
    above, _, rest = place.partition(PATH)
    return above != "policies" or rest.partition(PATH)[0] in policies
