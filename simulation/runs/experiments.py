"""Experiments: every policy in the same worlds, in memory or in a run directory that can be resumed and
extended.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.runs.attempt import Result, Task
from simulation.runs.cluster import Cluster, connected
from simulation.runs.errors import UnknownPolicyError
from simulation.runs.pool import execute
from simulation.runs.record import Replicate
from simulation.runs.rounds import Growing, Rounds
from simulation.runs.stores import opened
from simulation.runs.tables import Tables, describe, outcome_rows
from simulation.runs.warm_up import lived
from simulation.spec.problems import show

if TYPE_CHECKING:
    from simulation.spec import Scenario


@dataclass(frozen=True)
class Progress:
    """How far an experiment is, in runs (one policy in one world). `kept` were there before and are not in
    `total`.
    """

    done: int
    total: int
    failed: int = 0
    kept: int = 0
    notes: tuple[str, ...] = ()


def collect(
    results: Generator[Result, None, None],
    keep: Callable[[Result], object],
    state: Progress,
    tell: Callable[[Progress], object],
    fail_fast: bool = False,
    total: Callable[[], int] | None = None,
) -> Progress:
    """Keep each result as it comes and tell how far it is; with `fail_fast` the first that failed is the last.

    `total` gives the number of runs where that grows.

    Whatever stops us ends the worker processes.
    """
    with closing(results):
        for result in results:
            keep(result)
            done, failed = state.done + len(result.task.policies), state.failed + len(result.failures)
            state = replace(state, done=done, failed=failed, total=total() if total else state.total)
            tell(state)
            if fail_fast and result.failures:
                break
    return state


def run_experiments(
    scenario: Scenario,
    replications: int | None = None,
    policies: Sequence[str] | None = None,
    seed: int | None = None,
    workers: int = 1,
    out: str | Path | None = None,
    progress: Callable[[Progress], object] | None = None,
    *,
    fail_fast: bool = False,
    command: str = "",
    replicate: Replicate | None = None,
    start_method: str = "spawn",
    arrange: Callable[[list[Task]], Sequence[Task]] = list,
    cluster: Cluster | None = None,
    growing: Growing | None = None,
) -> Tables:
    """Run policies (default: all) in `replications` worlds (default: the scenario's) and return the tables.

    With `out`, results are kept in that run directory: what is there already is not computed again, and an
    interrupted experiment goes on where it stopped. A run that fails becomes a row of `failures` and the
    others go on; with `fail_fast` nothing more is run after the first. `arrange` may reorder the work:
    results do not depend on it.

    With a `cluster` its workers run them; a local one has `workers` of them. With `growing` its rule says how many worlds
    each policy gets, and `replications` counts for nothing.

    Where the scenario has draws of what is uncertain, worlds take them in turn, two the same (`drawn.py`).

    Raises UnknownPolicyError for a policy the scenario does not have, DirectoryRefusedError or
    DirectoryBusyError for a directory that is not ours, WriteFailedError when the disk is full (what was
    committed is kept), ClusterRefusedError, WorkersFailedError, ValueError.
    """
    if seed is not None:
        # Not model_copy: the seed is to be checked like one from a file.
        scenario = type(scenario).model_validate({**dict(scenario), "seed": seed})
    replications = scenario.replications if replications is None else replications
    if replications < 1 or workers < 1:
        raise ValueError("replications and workers are 1 or more")
    chosen = choose_policies(scenario, policies)
    live, prepare = lived(replicate)
    facts = {"meta": describe(scenario), "outcomes": outcome_rows()}
    with connected(cluster, workers) as crew, opened(out, scenario, facts, command) as store:
        rounds = Rounds(store, scenario, chosen, replications, growing, arrange)
        state = Progress(0, rounds.total, kept=rounds.kept, notes=tuple(store.notes))
        tell = progress or (lambda state: None)
        tell(state)
        results = execute(
            rounds,
            scenario,
            live,
            workers=workers,
            start_method=start_method,
            prepare=prepare,
            crew=crew,
            growing=growing is not None,
        )

        def keep(result: Result) -> None:
            store.keep(result)
            rounds.taken()

        collect(results, keep, state, tell, fail_fast, lambda: rounds.total)
        tables = store.tables(chosen, rounds.worlds)
        if rounds.rule:
            store.stopped(rounds.rule["until"])
    tables.meta |= rounds.rule
    tables.meta["command"] = command
    return tables


def choose_policies(scenario: Scenario, names: Sequence[str] | None = None) -> list[str]:
    """The policies named, each once, in the order of the scenario; all for None. UnknownPolicyError with a
    suggestion.
    """
    known = list(scenario.policies)
    if names is None:
        return known
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(known)}"
            raise UnknownPolicyError(f"scenario '{scenario.name}' has no policy {show(name)}", hint)
    if not names:
        raise UnknownPolicyError("no policy was named", f"known: {', '.join(known)}")
    return [name for name in known if name in names]
