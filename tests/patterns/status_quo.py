"""Print S1-S5, S8 and the trends of the status quo with their bands, for calibration.

python -m tests.patterns.status_quo [worlds=40] [trend_worlds=400] [parameter=value ...]
"""

from __future__ import annotations

import sys

import numpy as np

from simulation.spec import Scenario, load_scenario
from simulation.world.model import SalesModel
from tests.patterns.bands import BANDS, STATIONARY, Band, stationary, verdict
from tests.patterns.figures import TRENDS, WATCHED, Figure, all_figures, estimate, trend
from tests.patterns.open_worlds import open_worlds
from tests.patterns.worlds import FLAGSHIP, arguments, in_parallel

TREND_WORLDS = 400
WEEKS = 104


def live_two_years(task: tuple[Scenario, int]) -> dict[str, float]:
    """Weeks 0-103 of one world under `open`: relative changes, turnover a year per employed rep, voluntary share."""
    scenario, replication = task
    model = SalesModel(scenario, scenario.baseline, replication=replication)
    tenure, heads = np.zeros(WEEKS), np.zeros(WEEKS)
    for week in range(WEEKS):
        model.step()
        reps = model.state.reps
        tenure[week], heads[week] = reps.tenure[reps.selling].mean(), reps.selling.sum()
    history = model.history | {"tenure": tenure}
    exits = history["exits"][:WEEKS].sum()
    return {f"change of {name}": trend(history[name][:WEEKS]) for name in WATCHED} | {
        "turnover a year": float(exits / heads.sum() * 52),
        "voluntary share": float(history["exits_voluntary"][:WEEKS].sum() / exits),
    }


def two_years(overrides: tuple[str, ...] = (), worlds: int = TREND_WORLDS) -> dict[str, Figure]:
    """Means over worlds with standard errors, by name."""
    scenario = load_scenario(FLAGSHIP, list(overrides))
    found = in_parallel(live_two_years, [(scenario, 20_000 + world) for world in range(worlds)])
    return {name: estimate([one[name] for one in found]) for name in found[0]}


def main(given: list[str]) -> None:
    counts, overrides = arguments(given, worlds=40, trend_worlds=TREND_WORLDS)
    print(f"{counts['worlds']} worlds under open, " + (" ".join(overrides) or "parameters as they are"))
    _print(all_figures(open_worlds(overrides, counts["worlds"])))
    print(
        f"\nweeks 0-103 of {counts['trend_worlds']} worlds; a change's 95 % interval is to lie within +- {STATIONARY}"
    )
    _print(two_years(overrides, counts["trend_worlds"]))


def _print(found: dict[str, Figure]) -> None:
    for name, (value, error) in found.items():
        mark = _judged(BANDS[name], (value, error)) if name in BANDS else ""
        if name.removeprefix("change of ") in TRENDS:
            mark = "ok" if stationary((value, error)) else "NOT STATIONARY"
        print(f"{name:38s} {value:10.4f} +- {error:.4f}  {mark}")


def _judged(band: Band, figure: Figure) -> str:
    limits = f"{band.low if band.low is not None else ''} .. {band.high if band.high is not None else ''}"
    wrong = verdict(band, figure)
    return f"{limits:16s} {'OUTSIDE, moved by ' + band.moved_by if wrong else 'ok':s}"


if __name__ == "__main__":
    main(sys.argv[1:])
