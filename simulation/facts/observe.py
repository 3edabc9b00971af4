"""All observations behind the facts, in worlds of their own each, by the same workers as experiments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from simulation.facts.exchange import EXCHANGE_WEEKS, live_exchange, live_socialisation
from simulation.facts.open_worlds import live_open
from simulation.facts.peers import WEEKS as PEER_WEEKS
from simulation.facts.peers import live_peers
from simulation.facts.twins import SPECIALISTS, live_twins
from simulation.facts.twins import WEEKS as TWIN_WEEKS
from simulation.facts.two_years import live_two_years
from simulation.runs.attempt import Task
from simulation.runs.cluster import Cluster, connected
from simulation.runs.drawn import with_draws
from simulation.runs.experiments import Progress
from simulation.runs.pool import execute
from simulation.runs.record import Failure, RunRecord

if TYPE_CHECKING:
    from simulation.spec import Scenario


@dataclass(frozen=True)
class Kind:
    """What is observed, in which worlds, and how many there are for each of `open`."""

    live: Callable[[Any], Any]
    first: int
    worlds: int
    weeks: int = 0  # after the start week, that the scenario must at least have


KINDS = {
    "open": Kind(live_open, 0, 1),
    "years": Kind(live_two_years, 20_000, 4),
    "twins": Kind(live_twins, 10_000, 3, TWIN_WEEKS),
    "peers": Kind(live_peers, 70_000, 6, PEER_WEEKS),
    "exchange": Kind(live_exchange, 80_000, 4, EXCHANGE_WEEKS),
    "socialisation": Kind(live_socialisation, 85_000, 1),
}


@dataclass(frozen=True)
class Observation(RunRecord):
    """What was seen in one world; its `policy` is the kind of observation."""

    seen: Any = None


def observe(
    scenario: Scenario, replication: int, policies: Sequence[str] | None = None, seed: int | None = None
) -> list[RunRecord]:
    """The observations named by `policies` in one world. A `Replicate`, so that the pool can run it."""
    found: list[RunRecord] = []
    for name in policies or ():
        kind = KINDS[name]
        longer = max(scenario.weeks, scenario.start_week + kind.weeks)
        given = scenario.model_copy(update={"weeks": longer, "seed": scenario.seed if seed is None else seed})
        seen = kind.live((given, replication))
        found.append(Observation(scenario.name, name, replication, given.seed, {}, {}, [], seen))
    return found


def observations(
    scenario: Scenario,
    worlds: int,
    workers: int = 1,
    progress: Callable[[Progress], object] | None = None,
    cluster: Cluster | None = None,
) -> tuple[Mapping[str, list[Any]], list[Failure]]:
    """What was seen, by kind and in order of worlds, and what failed. `worlds` is the number of `open` worlds.

    Hand-overs are observed among specialists, and only where the scenario has a policy that makes them. Where the
    scenario has draws of what is uncertain, each world takes one of its own: errors of facts take worlds for independent.
    """
    tell = progress or (lambda state: None)
    scenarios = {"as it is": scenario}
    if SPECIALISTS in scenario.policies:
        scenarios["specialists"] = scenario.model_copy(update={"baseline": SPECIALISTS})
    tasks = []
    for name, kind in KINDS.items():
        firm = "specialists" if name == "twins" else "as it is"
        if firm in scenarios:
            tasks += [Task(kind.first + n, (name,), firm) for n in range(kind.worlds * worlds)]
    tasks = with_draws(tasks, scenario, worlds_a_draw=1)
    state = Progress(0, len(tasks))
    tell(state)
    seen: dict[str, dict[int, Any]] = {name: {} for name in KINDS}
    failures: list[Failure] = []
    with (
        connected(cluster, workers) as crew,
        closing(execute(tasks, scenarios, observe, workers=workers, crew=crew)) as results,
    ):
        for result in results:
            for record in result.records:
                assert isinstance(record, Observation)
                seen[record.policy][record.replication] = record.seen
            failures += result.failures
            state = replace(state, done=state.done + 1, failed=len(failures))
            tell(state)
    failures.sort(key=lambda failed: (failed.policy, failed.replication))
    return {name: [one for _, one in sorted(by.items())] for name, by in seen.items()}, failures
