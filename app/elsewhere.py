"""A verdict in other worlds: a comparison's best policies in worlds whose parameters are drawn from their ranges."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.console import complain
from app.json_files import read_json, write_json

if TYPE_CHECKING:
    from analysis import Comparison
    from simulation.runs.cluster import Cluster
    from simulation.runs.experiments import Progress
    from simulation.runs.record import Replicate
    from simulation.runs.sampled import Plan
    from simulation.spec import Scenario

FOLDER, RESULT = "elsewhere", "elsewhere.json"
WORLDS = 64
"""Worlds tried unless `--worlds` says otherwise, ..."""
NUMBER = (int, float)
MAYBE = (*NUMBER, type(None))
KINDS: dict[str, Any] = {
    "best": str, "against": list, "outcome": str, "label": str, "worlds": int, "varied": int, "moving": list,
    "holds_in": MAYBE, "ci_low": MAYBE, "ci_high": MAYBE, "as_assumed": MAYBE, "weakest": (dict, type(None)),
}  # fmt: skip
OF_WEAKEST = {"name": str, "description": str, "confidence": str, "correlation": NUMBER, "stands_out": bool}
"""What `elsewhere.json` holds, as far as sentences are made of it."""
FROM = 20
"""... where the comparison has so many: a quick look is not made to wait for them."""


def worlds_to_try(asked: int | None, replications: int, policies: int) -> int:
    """How many other worlds a comparison tries."""
    if asked is not None:
        return asked if policies > 1 else 0
    return WORLDS if replications >= FROM and policies > 1 else 0


def varied_in(scenario: Scenario) -> tuple[str, ...]:
    """The parameters that vary: all of low confidence, but for those that the scenario's own data say."""
    from simulation.spec.claims import doubtful

    said = set() if scenario.draws is None else set(scenario.draws.names)
    return tuple(name for name in doubtful(scenario) if name not in said)


def plan_of(scenario: Scenario, answer: Comparison) -> Plan | None:
    """What is to be run; None where there is no rival, or the outcome is one that only a comparison knows."""
    from analysis.elsewhere import rivals_of
    from simulation.outcomes import OUTCOMES
    from simulation.runs.sampled import Plan, plan_for
    from simulation.spec.claims import Claim, Comparison, Pair

    outcome, best, rivals = answer.decision.outcome, answer.decision.best, rivals_of(answer)
    varied = varied_in(scenario)
    if not rivals or outcome not in OUTCOMES or not varied:
        return None
    last = scenario.weeks - 1
    pairs = [
        Comparison(Pair(scenario, best, rival), None, outcome, scenario.start_week, last, 1, 0.0, "percent")
        for rival in rivals
    ]
    groups = plan_for([Claim("verdict", "", "", tuple(pairs), varied)]).groups
    return Plan(tuple(group for group in groups if group.varied))


def tried(
    scenario: Scenario, answer: Comparison, worlds: int, directory: Path, place: Path, *, workers: int,
    progress: Callable[[Progress], object] | None = None, command: str = "", replicate: Replicate | None = None,
    cluster: Cluster | None = None,
) -> Comparison:  # fmt: skip
    """The comparison with what `worlds` other worlds say, lived in `directory` and told in `place`."""
    from analysis.elsewhere import elsewhere, rivals_of
    from simulation.runs.sampled import draws, run_plan

    plan = plan_of(scenario, answer) if worlds else None
    if plan is None:
        return recalled(answer, place)
    (tables,) = run_plan(
        plan, 0, worlds, out=directory / FOLDER, workers=workers, progress=progress, command=command,
        replicate=replicate, cluster=cluster,
    )  # fmt: skip
    values = {
        policy: _of_worlds(plan, scenario, tables.runs, policy, answer.decision.outcome, worlds)
        for policy in (answer.decision.best, *rivals_of(answer))
    }
    rows = {row["name"]: row for row in answer.panel.meta["parameters"]}
    varied = plan.groups[0].varied
    found = elsewhere(answer, values, draws(varied, worlds, scenario.seed), [rows[name] for name in varied])
    write_json(place / RESULT, found)
    return replace(answer, elsewhere=found)


def recalled(answer: Comparison, place: Path) -> Comparison:
    """The comparison with what an earlier command found in other worlds, if that is about the same verdict."""
    from analysis.elsewhere import fits

    found = told_in(place)
    return replace(answer, elsewhere=found) if found is not None and fits(found, answer) else answer


def closing(directory: Path, pair: Sequence[str] = (), outcome: str | None = None) -> str:
    """The sentence that closes an answer about the runs of a directory, of a comparison or a sweep: about two policies, if
    it is about a `pair`, and one `outcome`.
    """
    from analysis.elsewhere import ending, ending_of_sweep
    from app.inputs import is_sweep_directory

    return ending_of_sweep() if is_sweep_directory(directory) else ending(told_in(directory), pair, outcome)


def told_in(place: Path) -> dict[str, Any] | None:
    """What stands in `elsewhere.json`; None where there is none. One that is damaged is named, and counts as none."""
    found = read_json(place / RESULT)
    if found is None or _whole(found):
        return found
    complain(f"{place / RESULT}: damaged, and left out (the command that wrote it writes it again)")
    return None


def _whole(found: dict[str, Any]) -> bool:
    """Whether everything is there, in its kind."""
    from analysis.elsewhere import LEAST

    if not _has(found, KINDS) or not all(
        isinstance(name, str) for name in (*found["against"], *found["moving"])
    ):
        return False
    if (
        found["worlds"] >= LEAST
        and found["holds_in"] is not None
        and None in (found["ci_low"], found["ci_high"])
    ):
        return False
    return found["weakest"] is None or _has(found["weakest"], OF_WEAKEST)


def _has(found: dict[str, Any], kinds: dict[str, Any]) -> bool:
    return all(key in found and isinstance(found[key], kind) for key, kind in kinds.items())


def _of_worlds(plan: Plan, scenario: Scenario, runs: Any, policy: str, outcome: str, worlds: int) -> Any:
    """A policy's outcome in each sampled world, NaN where the run failed."""
    from simulation.runs.sampled import FIRST_SAMPLED

    label = plan.groups[0].label(policy, scenario.policies[policy])
    column = runs[runs["policy"] == label].set_index("replication")[outcome]
    return column.reindex(range(FIRST_SAMPLED, FIRST_SAMPLED + worlds)).to_numpy(float)
