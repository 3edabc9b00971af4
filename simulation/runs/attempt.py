"""One replication, tried: its records, and a row for each run that failed. Nothing is raised."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.levers import LEVERS
from simulation.runs.record import Failure, Replicate, RunError, RunRecord, check_records
from simulation.runs.settings import with_settings
from simulation.spec.problems import SpecError

if TYPE_CHECKING:
    from simulation.spec import Scenario


@dataclass(frozen=True)
class Task:
    """The policies to run in one world: of the one scenario there is, or of the one called `scenario`.

    `parameters` are (place, value) pairs in which this world differs from its scenario (`settings.py`); `point` is the
    number of the point of a design that they are.
    """

    replication: int
    policies: tuple[str, ...]
    scenario: str = ""
    parameters: tuple[tuple[str, Any], ...] = ()
    point: int = 0


@dataclass
class Result:
    """What came of a task: records in the order of its policies, and the failures."""

    task: Task
    records: list[RunRecord] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


def world_of(scenarios: Scenario | Mapping[str, Scenario], task: Task) -> Scenario:
    """The scenario a task is to be run in, with the task's own parameters."""
    scenario = scenarios[task.scenario] if isinstance(scenarios, Mapping) else scenarios
    return with_settings(scenario, dict(task.parameters))


def attempt(replicate: Replicate, scenarios: Scenario | Mapping[str, Scenario], task: Task) -> Result:
    """Run a task. When a policy fails the others are run again without it: a run's result depends on nothing
    else.
    """
    try:
        scenario = world_of(scenarios, task)
    except Exception as error:  # settings that are in order one by one, but not together
        return Result(task, failures=[_no_world(error, policy, task.replication) for policy in task.policies])
    result, groups = Result(task), [task.policies]
    while groups:
        group = groups.pop()
        try:
            records = replicate(scenario, task.replication, list(group), scenario.seed)
            by_policy = check_records(records, task.replication, group, scenario.weeks)
            result.records += [by_policy[policy] for policy in group]
        except (Exception, SystemExit) as error:
            culprit = error.policy if isinstance(error, RunError) and error.policy in group else ""
            if culprit or len(group) == 1:
                result.failures.append(failure(error, culprit or group[0], task.replication))
                rest = tuple(policy for policy in group if policy != (culprit or group[0]))
                groups += [rest] if rest else []
            else:  # nobody says which policy it was
                groups += [(policy,) for policy in group]
    result.records.sort(key=lambda record: task.policies.index(record.policy))
    result.failures.sort(key=lambda failed: task.policies.index(failed.policy))
    return result


def _no_world(error: Exception, policy: str, replication: int) -> Failure:
    problems = error.problems[:3] if isinstance(error, SpecError) else ()
    told = "; ".join(problem.message for problem in problems) or f"{type(error).__name__}: {error}"
    return Failure(policy, replication, "spec", None, " ".join(told.split())[:500])


def failure(error: BaseException, policy: str, replication: int) -> Failure:
    """The row of a failed run. The error is one line, with its place if it came from a lever; the traceback goes to the
    ledger only.
    """
    phase, week, cause = "", None, error
    if isinstance(error, RunError):
        phase, week, cause = error.phase, error.week, error.__cause__ or error
    text = str(error) if isinstance(error, RunError) and str(error) else f"{type(cause).__name__}: {cause}"
    trace = "".join(traceback.format_exception(error))
    place = _place(cause)
    return Failure(
        policy, replication, phase, week, " ".join(text.split())[: 500 - len(place)] + place, trace
    )


def _place(error: BaseException) -> str:
    """The lever and line an error came from, in brackets; empty if from none: levers are what users write."""
    files = {getattr(sys.modules[kind.__module__], "__file__", ""): name for name, kind in LEVERS.items()}
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename in files:
            # No folder: the same failure reads the same wherever the project lies.
            return f" (lever '{files[frame.filename]}', {Path(frame.filename).name}:{frame.lineno})"
    return ""


def lost(task: Task, error: BaseException) -> Result:
    """The result of a task whose own result did not arrive."""
    return Result(task, failures=[failure(error, policy, task.replication) for policy in task.policies])


def died(task: Task, deaths: int) -> Result:
    """The result of a task that has killed its worker process too often."""
    text = f"the worker process died {deaths} times (killed, out of memory, or a crash in compiled code)"
    return Result(
        task, failures=[Failure(policy, task.replication, "worker", None, text) for policy in task.policies]
    )
