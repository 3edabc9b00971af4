"""P4 and P6, held out: what half-hearted tries show, and what short horizons do to innovation.

    python -m tests.patterns.mission_patterns [worlds=200] [parameter=value ...]

P4: the first mission of `risky_mission`, the same people with all their time and with 30 % of it, a leader who looks
in person (so that reports play no part), no tripwire; what is believed when the try has ended. P6: the repeated
missions of `efficiency_innovation`, people judged by their last quarter or by their last year, nothing forgiven.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.plainly import plainly
from simulation.runs.replicate import replicate
from simulation.spec import Scenario, load_scenario
from simulation.world.missions import WON
from simulation.world.model import SalesModel
from tests.patterns.pairs import Floats, interval
from tests.patterns.worlds import arguments, in_parallel

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
FULL, HALF = "order", "half_hearted"
END = 40
"""P4: the week after the first mission's last."""
TRY = (
    f"weeks={END}",
    "burn_in_weeks=26",
    f"policies.{FULL}.evidence.missions=direct",  # half_hearted inherits it
)
SHORT, LONG = "short_horizon", "innovation_only"
YEARS = ("weeks=169", "burn_in_weeks=52", f"policies.{LONG}.assessment.tolerance=0")


class Try(NamedTuple):
    """One try of the first mission."""

    feasible: bool
    won: bool
    belief: float  # the leader's at the end
    known_after: float  # weeks until the belief fell below .1 or the road opened; inf if neither


def one_world(task: tuple[Scenario, int]) -> tuple[Try, Try]:
    """Full and half-hearted in the same world."""
    scenario, replication = task
    base = SalesModel(scenario, scenario.baseline, replication=replication).run_until(scenario.start_week)
    tries = []
    for policy in (FULL, HALF):
        model, known = base.fork(policy), np.inf
        while model.week < END:
            model.step()
            belief = float(model.state.missions.belief[0])
            if not 0.1 <= belief < 1:
                known = min(known, model.week - scenario.start_week)
        m = model.state.missions
        tries.append(Try(bool(m.feasible[0]), bool(m.status[0] == WON), float(m.belief[0]), known))
    return tries[0], tries[1]


def tries(worlds: int, overrides: tuple[str, ...] = (), first: int = 50_000) -> tuple[list[Try], list[Try]]:
    """Full and half-hearted tries in worlds of no other test."""
    scenario = load_scenario(SCENARIOS / "risky_mission.yaml", [*TRY, *overrides])
    lived = in_parallel(one_world, [(scenario, r) for r in range(first, first + worlds)])
    return [one[0] for one in lived], [one[1] for one in lived]


def brier(found: list[Try]) -> Floats:
    """Squared error of the belief, one value per world."""
    return np.array([(t.belief - t.feasible) ** 2 for t in found])


def missed(found: list[Try]) -> tuple[float, float, float]:
    """Among failed tries: share of roads that were passable after all, its standard error, and the mean belief."""
    failed = [t for t in found if not t.won]
    share = float(np.mean([t.feasible for t in failed]))
    return share, (share * (1 - share) / len(failed)) ** 0.5, float(np.mean([t.belief for t in failed]))


def one_pair(task: tuple[Scenario, int]) -> dict[str, tuple[float, float]]:
    """Outcomes under the short and the long horizon in the same world."""
    scenario, replication = task
    short, long = replicate(scenario, replication, [SHORT, LONG])

    def figures(final: dict[str, float]) -> dict[str, float]:
        names = ("mission_effort", "missions_won", "deals_won", "selling_hours", "gross_margin")
        return {name: final[name] for name in names} | {"deal_arr": final["new_arr"] - final["mission_arr"]}

    one, other = figures(short.final), figures(long.final)
    return {name: (one[name], other[name]) for name in one}


def horizons(worlds: int, overrides: tuple[str, ...] = (), first: int = 52_000) -> dict[str, Floats]:
    """Outcome -> (worlds, 2) under the short and the long horizon."""
    scenario = load_scenario(SCENARIOS / "efficiency_innovation.yaml", [*YEARS, *overrides])
    lived = in_parallel(one_pair, [(scenario, r) for r in range(first, first + worlds)])
    return {name: np.array([one[name] for one in lived]) for name in lived[0]}


def relative(values: Floats) -> Floats:
    """(worlds,) short less long, in units of the mean under the long horizon."""
    difference: Floats = (values[:, 0] - values[:, 1]) / values[:, 1].mean()
    return difference


@plainly
def main(given: list[str]) -> None:
    counts, overrides = arguments(given, worlds=200)
    full, half = tries(counts["worlds"], overrides)
    print(f"P4, {counts['worlds']} worlds: after the try")
    for name, found in (("full effort", full), ("half-hearted", half)):
        share, error, belief = missed(found)
        known = np.mean([t.known_after < np.inf for t in found])
        won = np.mean([t.won for t in found])
        print(
            f"  {name:13s} won {won:.2f}  Brier {brier(found).mean():.3f}  of failed tries passable "
            f"{share:.3f} +- {error:.3f} (believed {belief:.3f})  known by the end {known:.2f}"
        )
    print(
        "  Brier, half-hearted less full: {:+.4f} [{:+.4f}, {:+.4f}]".format(
            *interval(brier(half) - brier(full))
        )
    )
    print(f"P6, {counts['worlds']} worlds: short horizon less long, relative to long")
    for name, values in horizons(counts["worlds"], overrides).items():
        print("  {:15s} {:+.4f} [{:+.4f}, {:+.4f}]".format(name, *interval(relative(values))))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
