"""What a change of rep costs an account (S9), for the flagship: how it is measured is in `simulation.facts.twins`.

python -m tests.patterns.twins [worlds=120] [specialists=1] [parameter=value ...]
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np

from analysis.facts.bands import COST_BAND, RATIO_BAND
from analysis.facts.hand_over import hand_over
from benchmarks.plainly import plainly
from simulation.facts.twins import ALIKE, KINDS, SPECIALISTS, Twins, live_twins
from simulation.spec import load_scenario
from tests.patterns.worlds import FLAGSHIP, arguments, in_parallel

__all__ = ["ALIKE", "COST_BAND", "RATIO_BAND", "WORLDS", "hand_over_cost"]

WORLDS = 120
FIRST_WORLD = 10_000  # worlds of no other test


@dataclass(frozen=True)
class Cost:
    """Estimates with standard errors over worlds (jackknife): plain cost, similar cost, ratio similar / plain."""

    plain: tuple[float, float]
    similar: tuple[float, float]
    ratio: tuple[float, float]
    twins: tuple[Twins, ...]


def hand_over_cost(overrides: tuple[str, ...] = (), worlds: int = WORLDS, specialists: bool = True) -> Cost:
    """The cost of a hand-over as a share of sales, pooled over worlds."""
    firm = [f"baseline={SPECIALISTS}"] if specialists else []
    scenario = load_scenario(FLAGSHIP, [*firm, *overrides])
    tasks = [(scenario, FIRST_WORLD + world) for world in range(worlds)]
    lived = in_parallel(live_twins, tasks)
    return Cost(*hand_over(lived), twins=tuple(lived))


@plainly
def main(given: list[str]) -> None:
    counts, overrides = arguments(given, worlds=WORLDS, specialists=1)
    worlds = counts["worlds"]
    cost = hand_over_cost(overrides, worlds, bool(counts["specialists"]))
    sales = np.mean([t.sales for t in cost.twins], axis=0)
    receivers = np.mean([t.receivers for t in cost.twins], axis=0)
    due, ended = np.mean([t.renewals for t in cost.twins], axis=0).T
    print(f"{worlds} worlds, " + (" ".join(overrides) or "parameters as they are"))
    print(
        f"cost, typical receiver   {cost.plain[0]:.4f} +- {cost.plain[1]:.4f}   band {COST_BAND[0]}-{COST_BAND[1]}"
    )
    print(f"cost, similar receiver   {cost.similar[0]:.4f} +- {cost.similar[1]:.4f}")
    print(
        f"similar / typical        {cost.ratio[0]:.3f} +- {cost.ratio[1]:.3f}    about .6: {RATIO_BAND[0]}-{RATIO_BAND[1]}"
    )
    for kind, name in enumerate(KINDS):
        for part, what in enumerate(("new", "renewed")):
            base = sales[0, kind, part]
            if base > 0:
                change = sales[1:, kind, part] / base - 1
                print(
                    f"  {name + ', ' + what:20s} {base / sales[0].sum():6.3f} of sales; {change[0]:+.3f} {change[1]:+.3f}"
                )
    print("  share of contracts due that end: unmoved, typical, similar", np.round(ended / due, 4))
    print(
        "  receivers' knowledge, talent, ramp: typical",
        receivers[0].round(3),
        "similar",
        receivers[1].round(3),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
