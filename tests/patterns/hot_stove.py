"""S10 in the sales model: what the hot stove does to the share of deals started where reps know less.

Where it should bite: the controlled world of `sure_or_risky.yaml`, of sure deals where reps know their way and of risky,
better paid ones where they do not. And where nothing says that it should: the flagship under `open`, in which reps lose
most deals of either kind.

The controlled world was built to hold a sure option and a risky one, and the contrast matters: with unfamiliar deals won .53
of the time (4 worlds, +- .01) the share was .64, .66, .63, .61, .61 at speeds 0, .05, .2, .5, .9.

python -m tests.patterns.hot_stove [worlds=16]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.plainly import plainly
from simulation.spec import Scenario, load_scenario
from simulation.world.columns import CUSTOMER, PROSPECT
from simulation.world.hot_stove import unfamiliar
from simulation.world.model import SalesModel
from tests.patterns.published.printed import mean
from tests.patterns.worlds import FLAGSHIP, arguments, in_parallel, usage

SPEEDS = (0.0, 0.05, 0.2, 0.5, 0.9)
WORLDS, WEEKS = 16, 52
CONTROLLED = Path(__file__).with_name("sure_or_risky.yaml")


class Lived(NamedTuple):
    """Of one world: share of starts in unfamiliar segments; deals closed, won, and pay by kind (familiar, unfamiliar)."""

    share: float
    closed: NDArray[np.float64]
    won: NDArray[np.float64]
    pay: NDArray[np.float64]


def world(speed: float, controlled: bool) -> Scenario:
    """The scenario at one speed of learning."""
    return load_scenario(CONTROLLED if controlled else FLAGSHIP, [f"world.parameters.hot_stove={speed}"])


def live(task: tuple[Scenario, int]) -> Lived:
    """Weeks 0-51 of one world under `open`."""
    scenario, replication = task
    model = SalesModel(scenario, "open", replication=replication)
    starts, closed, won, pay = np.zeros((4, 2))
    while model.week < WEEKS:
        c, new = model.state.customers, unfamiliar(model)
        number, owner = c.opportunity.copy(), c.owner.copy()
        was_open = (c.stage > PROSPECT) & (c.stage < CUSTOMER) & (owner >= 0)
        model.step()
        begun = c.opportunity != number
        starts += np.bincount(new[owner[begun], c.segment[begun]], minlength=2)
        ended = np.flatnonzero(was_open & ~((c.stage > PROSPECT) & (c.stage < CUSTOMER)))
        kind, money = (
            new[owner[ended], c.segment[ended]],
            np.where(c.stage[ended] == CUSTOMER, c.value[ended] / 100, 0.0),
        )
        closed += np.bincount(kind, minlength=2)
        won += np.bincount(kind, money > 0, 2)
        pay += np.bincount(kind, money, 2)
    return Lived(starts[1] / starts.sum(), closed, won, pay)


def by_speed(
    controlled: bool, worlds: int = WORLDS, speeds: tuple[float, ...] = SPEEDS
) -> dict[float, list[Lived]]:
    """The same worlds at each speed."""
    scenarios = [world(speed, controlled) for speed in speeds]
    tasks = [(scenario, 60_000 + r) for scenario in scenarios for r in range(worlds)]
    lived = in_parallel(live, tasks)
    return {speed: lived[i * worlds : (i + 1) * worlds] for i, speed in enumerate(speeds)}


def shares(lived: list[Lived]) -> NDArray[np.float64]:
    """(worlds,) share of starts in unfamiliar segments."""
    return np.array([one.share for one in lived])


def kinds(lived: list[Lived]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Share of closed deals won, and mean pay of a closed deal; familiar and unfamiliar."""
    closed, won, pay = (sum(getattr(one, name) for one in lived) for name in ("closed", "won", "pay"))
    return won / closed, pay / closed


@plainly
def main(given: list[str]) -> None:
    """Shares by speed in both worlds."""
    counts, rest = arguments(given, worlds=WORLDS)
    if rest:
        usage(f"unknown: {', '.join(rest)}")
    for controlled in (True, False):
        found = by_speed(controlled, counts["worlds"])
        chance, pay = kinds(found[0.0])
        print("sure or risky" if controlled else "flagship", end=", familiar and unfamiliar deals: ")
        print(f"won {chance.round(3)}, mean pay {pay.round()}")
        for speed, lived in found.items():
            share, change = mean(shares(lived)), mean(shares(lived) - shares(found[0.0]))
            print(
                f"  speed {speed:g}: {share[0]:.4f} +- {share[1]:.4f}, change {change[0]:+.4f} +- {change[1]:.4f}"
            )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
