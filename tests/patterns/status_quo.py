"""Print S1-S5, S8 and the trends of the status quo with their bands, for calibration.

python -m tests.patterns.status_quo [worlds=40] [trend_worlds=400] [parameter=value ...]
"""

from __future__ import annotations

import sys

from analysis.facts.bands import BANDS, STATIONARY, Band, stationary, verdict
from analysis.facts.estimates import Figure, estimate
from analysis.facts.figures import all_figures
from benchmarks.plainly import plainly
from simulation.facts.open_worlds import OpenWorld, live_open
from simulation.facts.two_years import TRENDS, live_two_years
from simulation.spec import load_scenario
from tests.patterns.worlds import FLAGSHIP, arguments, in_parallel

TREND_WORLDS = 400


def open_worlds(overrides: tuple[str, ...] = (), worlds: int = 40) -> list[OpenWorld]:
    """Replications 0 to `worlds` - 1 of the flagship."""
    scenario = load_scenario(FLAGSHIP, list(overrides))
    return in_parallel(live_open, [(scenario, world) for world in range(worlds)])


def two_years(overrides: tuple[str, ...] = (), worlds: int = TREND_WORLDS) -> dict[str, Figure]:
    """Means over worlds with standard errors, by name."""
    scenario = load_scenario(FLAGSHIP, list(overrides))
    found = in_parallel(live_two_years, [(scenario, 20_000 + world) for world in range(worlds)])
    return {name: estimate([one[name] for one in found]) for name in found[0]}


@plainly
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
    sys.exit(main(sys.argv[1:]))
