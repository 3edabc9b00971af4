"""Exits cluster among peers (S8), for the flagship: how it is measured is in `simulation.facts.peers`.

python -m tests.patterns.peers [worlds=100] [parameter=value ...]
"""

from __future__ import annotations

import sys

import numpy as np

from analysis.facts.estimates import Figure, estimate
from benchmarks.plainly import plainly
from simulation.facts.peers import WEEKS, live_peers
from simulation.spec import load_scenario
from tests.patterns.worlds import FLAGSHIP, arguments, in_parallel


def peer_effect(overrides: tuple[str, ...] = (), worlds: int = 100) -> tuple[Figure, Figure]:
    """Resignations per 100 peers in 26 weeks in the twin, and how many more when a peer has left; with standard errors."""
    scenario = load_scenario(FLAGSHIP, list(overrides))
    found = np.array(in_parallel(live_peers, [(scenario, 70_000 + world) for world in range(worlds)]))
    return estimate(found[:, 0]), estimate(found[:, 1] - found[:, 0])


@plainly
def main(given: list[str]) -> None:
    counts, overrides = arguments(given, worlds=100)
    usual, more = peer_effect(overrides, counts["worlds"])
    print(f"resignations per 100 peers in {WEEKS} weeks: {usual[0]:.2f} +- {usual[1]:.2f}")
    print(f"more after a peer of the team has left: {more[0]:+.3f} +- {more[1]:.3f}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
