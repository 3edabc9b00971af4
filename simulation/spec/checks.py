"""What depends on several parts of a scenario: levers that must fit the world, and memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from simulation.levers import Finding, Lever
from simulation.levers.contradictions import idle
from simulation.levers.staffing_rules import largest_remainder
from simulation.spec.draws_file import replaced, wrong_draws
from simulation.spec.located import locate
from simulation.spec.memory import memory_needed, too_large
from simulation.spec.problems import Mark, Problem
from simulation.spec.schema import Scenario
from simulation.spec.yaml_reader import Node


@dataclass(frozen=True, slots=True)
class Facts:
    """The little that levers may know of the world when their settings are checked."""

    segments: tuple[str, ...]
    reps: int
    managers: int
    weeks: int
    start_week: int
    missions: tuple[str, ...]
    customers: int
    shares: tuple[float, ...]

    def customers_of(self, segment: str) -> int:
        """Customers of a segment, as the world shares them out."""
        import numpy as np  # only where a lever names customers

        counts = largest_remainder(np.array(self.shares), self.customers)
        return int(counts[self.segments.index(segment)])


def cross_checks(scenario: Scenario, root: Node, incomplete: Collection[str] = ()) -> Iterator[Problem]:
    """Problems of a scenario whose fields are each in order; `root` gives their places.

    Nothing is said of the levers of `incomplete` policies, which lack what a parent would have given them.
    """
    world = scenario.world
    facts = Facts(
        tuple(s.name for s in world.segments), world.reps, world.managers, scenario.weeks, scenario.start_week,
        tuple(m.name for m in world.missions), world.customers, tuple(s.share for s in world.segments),
    )  # fmt: skip
    yield from _placed(
        scenario,
        root,
        lambda lever, levers: (*lever.check(facts), *lever.check_with(levers, facts)),
        incomplete,
    )
    if scenario.draws is not None:
        yield from wrong_draws(scenario.draws, world, root)
    node, _ = locate(root, ("world", "customers"))
    yield from too_large(node.head, "a run needs", memory_needed(scenario))


def notes(scenario: Scenario, root: Node) -> Iterator[Problem]:
    """What a sound scenario says in vain; `root` gives the places."""
    for name in replaced(scenario):
        node, _ = locate(root, ("world", "parameters", name))
        hint = "take its column out of the draws, or set it with --set"
        yield Problem.at(
            node.key or node.mark, f"{name}: its draws replace the number that stands here", hint
        )
    yield from _placed(scenario, root, lambda lever, levers: tuple(idle(lever, levers)))


def _placed(
    scenario: Scenario,
    root: Node,
    ask: Callable[[Lever, Mapping[str, Lever]], Iterable[Finding]],
    incomplete: Collection[str] = (),
) -> Iterator[Problem]:
    """What is found of each lever of each policy, at its place in the file."""
    seen: set[tuple[Mark, str]] = set()
    for name, policy in scenario.policies.items():
        if name in incomplete:
            continue
        levers = {lever: value for lever, value in policy if isinstance(value, Lever)}
        for lever, settings in levers.items():
            for field, message, hint in ask(settings, levers):
                node, _ = locate(root, ("policies", name, lever, *field.split(".")))
                if (node.head, message) in seen:  # inherited: one place to mend
                    continue
                seen.add((node.head, message))
                yield Problem.at(node.head, f"{lever}.{field} of policy '{name}': {message}", hint)
