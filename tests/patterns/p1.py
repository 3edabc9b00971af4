"""P1, held out: the first 13 weeks of a lockdown against `open`.

    python -m tests.patterns.p1 [worlds=100] [sweep_worlds=40] [parameter=value ...]

Prints the four parts at the scenario's own values, then over `segment_specific_share` 0 to 1: at 1 a relocked veteran is a
newcomer, and P1 would be coded in.
"""

from __future__ import annotations

import sys

import numpy as np

from benchmarks.plainly import plainly
from simulation.spec import load_scenario
from tests.patterns.pairs import Floats, Pairs, interval, live_pairs
from tests.patterns.worlds import FLAGSHIP, arguments

QUARTER = slice(13, 26)
EARLY_END = (
    "policies.lockdown_reversed.decision.reverse_week=25"  # else it would be refused: after the last week
)
SHARES = tuple(k / 8 for k in range(9))
PARTS = {"new_arr": -1, "morale_mean": -1, "exits": +1, "truth_gap": +1}
"""Outcome and the sign that P1 expects of lockdown less open."""


def first_quarter(
    overrides: tuple[str, ...] = (), worlds: int = 100, first: int = 40_000, policy: str = "lockdown"
) -> Pairs:
    """Lockdown and open in worlds of no other test, up to the end of the quarter."""
    scenario = load_scenario(FLAGSHIP, [f"weeks={QUARTER.stop}", EARLY_END, *overrides])
    return live_pairs(scenario, policy, range(first, first + worlds))


def gaps(pairs: Pairs) -> dict[str, Floats]:
    """Lockdown less open over the quarter, one value per world: new ARR relative to open's mean, else in own units."""
    out = {name: pairs.gap(name, QUARTER, mean=name in ("morale_mean", "truth_gap")) for name in PARTS}
    out["new_arr"] = out["new_arr"] / pairs.base["new_arr"][:, QUARTER].sum(axis=1).mean()
    return out


def holds(values: Floats, sign: int) -> bool:
    """The 95 % interval lies on the expected side of 0."""
    _, low, high = interval(values)
    return low > 0 if sign > 0 else high < 0


def sweep(worlds: int, overrides: tuple[str, ...] = ()) -> dict[float, dict[str, Floats]]:
    """Gaps by `segment_specific_share`."""
    return {
        share: gaps(
            first_quarter((f"world.parameters.segment_specific_share={share}", *overrides), worlds, 41_000)
        )
        for share in SHARES
    }


@plainly
def main(given: list[str]) -> None:
    counts, overrides = arguments(given, worlds=100, sweep_worlds=40)
    print(
        f"lockdown less open, weeks 13-25, {counts['worlds']} worlds: mean [95 %], share of worlds on P1's side"
    )
    for name, values in gaps(first_quarter(overrides, counts["worlds"])).items():
        mean, low, high = interval(values)
        verdict = "holds" if holds(values, PARTS[name]) else "DOES NOT HOLD"
        print(f"  {name:12s} {mean:+.4f} [{low:+.4f}, {high:+.4f}]  {_side(values, name):.2f}  {verdict}")
    print(
        f"over segment_specific_share, {counts['sweep_worlds']} worlds each: mean (share of worlds on P1's side)"
    )
    found = sweep(counts["sweep_worlds"], overrides)
    for share, parts in found.items():
        cells = (
            f"{n} {v.mean():+.4f} ({_side(v, n):.2f}{'' if holds(v, PARTS[n]) else ', no'})"
            for n, v in parts.items()
        )
        print(f"  {share:.3f}  " + "  ".join(cells))
    for name, sign in PARTS.items():
        share_of_worlds = np.mean([_side(parts[name], name) for parts in found.values()])
        settings = np.mean([holds(parts[name], sign) for parts in found.values()])
        print(
            f"  {name}: in {share_of_worlds:.2f} of worlds, at {settings:.2f} of the values the interval excludes 0"
        )


def _side(values: Floats, name: str) -> float:
    return float((values * PARTS[name] > 0).mean())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
