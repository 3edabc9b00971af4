"""Pilots: a policy tried by some of the reps for some weeks and then withdrawn, in the same cases but with other luck.

A pilot is a run with a name of its own, `POLICY~WEEKSwREPSr`: the policy's territories for so many reps, drawn as the policy
says (`territory.pilots`), from the start week on, reviews off, and withdrawn after so many weeks. Beside its outcomes it
hands back what a CRM shows on that day: how far the reps who tried it moved against matched others. The runs share the
parameters of a case with those that are to be decided about and nothing of their luck, since the seed is another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.runs.experiments import Progress
from simulation.runs.record import Replicate, RunRecord
from simulation.runs.sweep_run import run_sweep
from simulation.runs.sweep_tables import SweepTables
from simulation.spec.axes import PATH, of_facts
from simulation.spec.sweeps import Sweep

if TYPE_CHECKING:
    from simulation.spec import Scenario
    from simulation.spec.sweep_schema import Value
    from simulation.world.model import SalesModel

OTHER_LUCK = 1_000_003
"""Added to the seed."""
SEEN = ("activity", "payments")
"""Sources of evidence a CRM has: stage moves, deals won and usage; money of deals won."""
BEFORE_WEEKS = 13
SEEN_AS = "seen."
"""Columns of results that hold what was seen begin with this."""
_LABEL = re.compile(r"(.+)~(\d+)w(\d+)r")


def label(policy: str, weeks: int, reps: int) -> str:
    """The name of a pilot's runs."""
    return f"{policy}~{weeks}w{reps}r"


def read_label(name: str) -> tuple[str, int, int] | None:
    """Policy, weeks and reps of a name made by `label`; None for another name."""
    found = _LABEL.fullmatch(name)
    return (found[1], int(found[2]), int(found[3])) if found else None


def can_be_piloted(scenario: Scenario, policy: str) -> bool:
    """Whether some reps can live under the policy while others do not: its territories differ from the baseline's."""
    mine, usual = scenario.policies[policy], scenario.policies[scenario.baseline]
    return bool(mine.territory.mode != "open" and mine.territory != usual.territory)


@dataclass(frozen=True)
class Piloted:
    """A replication for such names, and for ordinary ones beside them: one burn-in, then each."""

    def __call__(
        self,
        scenario: Scenario,
        replication: int,
        policies: Sequence[str] | None = None,
        seed: int | None = None,
    ) -> list[RunRecord]:
        from simulation.runs.replicate import at_the_start, live, record_of, released

        names = list(scenario.policies) if policies is None else list(policies)
        scenario = _with_pilots(scenario, names)
        usual = scenario.seed if seed is None else seed
        with at_the_start(scenario, replication, usual + OTHER_LUCK) as base:
            records = []
            for name in names:
                figures = dict.fromkeys((SEEN_AS + source for source in SEEN), float("nan"))
                with released(base.fork(name)) as model:
                    if pilot := read_label(name):
                        live(model, scenario.start_week + pilot[1], name)
                        figures = seen(model)
                    live(model, scenario.weeks, name)
                    record = record_of(model).slim()
                records.append(replace(record, seed=usual, final=record.final | figures))
        return records


def _with_pilots(scenario: Scenario, names: Sequence[str]) -> Scenario:
    """The scenario with the policy of every pilot among the names set to be one."""
    own = dict(scenario.policies)
    for name in names:
        if pilot := read_label(name):
            own[name] = _pilot(scenario, name, *pilot[1:])
    return scenario.model_copy(update={"policies": own})


def _pilot(scenario: Scenario, name: str, weeks: int, reps: int) -> Any:
    policy = scenario.policies[name]
    share = reps / scenario.world.reps
    if share >= 1:
        raise ValueError(f"a pilot with {reps} of {scenario.world.reps} reps leaves nobody to compare with")
    changes = {
        "territory": policy.territory.model_copy(update={"share": share}),
        "decision": type(policy.decision)(reverse_week=scenario.start_week + weeks),
        "review": type(policy.review)(),
    }
    return policy.model_copy(update=changes)


def seen(model: SalesModel) -> dict[str, float]:
    """What the CRM shows: of each source the contrast between members and matched others, in standard deviations of the
    records before, as a leader's review would have it (`simulation/levers/contrasts.py`); 0 where there is no pair.
    """
    import numpy as np

    from simulation.levers.contrasts import matched_contrast, records_of
    from simulation.levers.points import EvidenceState

    reps, row = model.state.reps, model.week + model.setting.burn_in
    since = reps.member_week.astype(np.int64) + model.setting.burn_in
    tenure = np.where(reps.selling, reps.tenure, -1)
    state = EvidenceState(row, reps.member, since, tenure, *model.state.records)
    found = {}
    for source in SEEN:
        evidence = matched_contrast(state, records_of(source, state), BEFORE_WEEKS, source)
        found[SEEN_AS + source] = float(evidence.contrast)
    return found


def pilot_sweep(
    scenario: Scenario,
    policy: str,
    pilots: Sequence[tuple[int, int]],
    axes: Sequence[Mapping[str, Any]],
    rows: Sequence[Sequence[Value]],
) -> Sweep:
    """A sweep that lives the baseline and each pilot, (weeks, reps), of a policy once in every case.

    `axes` are facts of what varies (name, targets, integer), `rows` the values of each case.
    """
    names = [label(policy, weeks, reps) for weeks, reps in pilots]
    own = {
        scenario.baseline: scenario.policies[scenario.baseline],
        **dict.fromkeys(names, scenario.policies[policy]),
    }
    found = [of_facts(one, _targets(one["targets"], policy, names, scenario.baseline)) for one in axes]
    return Sweep(
        f"pilots of {policy}", "", scenario.model_copy(update={"policies": own, "draws": None}), tuple(own), "table", 1,
        len(rows), 1, tuple(found), tuple(map(tuple, rows)),
    )  # fmt: skip


def _targets(places: Sequence[str], policy: str, names: Sequence[str], baseline: str) -> tuple[str, ...]:
    """Where a value goes: settings of the policy go to each of its pilots, those of others nowhere."""
    found = []
    for place in places:
        above, _, rest = place.partition(PATH)
        owner, _, setting = rest.partition(PATH)
        if above != "policies" or owner == baseline:
            found.append(place)
        elif owner == policy:
            found += [PATH.join((above, name, setting)) for name in names]
    return tuple(found)


def run_pilots(
    sweep: Sweep,
    *,
    workers: int = 1,
    out: Path | None = None,
    progress: Callable[[Progress], object] | None = None,
    command: str = "",
    replicate: Replicate | None = None,
) -> SweepTables:
    """The runs of `pilot_sweep`; raises as `run_sweep`."""
    return run_sweep(
        sweep, workers=workers, out=out, progress=progress, command=command, replicate=replicate or Piloted()
    )
