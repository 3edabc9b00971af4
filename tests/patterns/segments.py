"""P3 and P5, held out: what evidence chooses, what waiting is worth, and firmness with feedback.

python -m tests.patterns.segments [worlds=200] [parameter=value ...]
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from benchmarks.plainly import plainly
from simulation.runs.replicate import replicate
from simulation.spec import load_scenario
from tests.patterns.pairs import Floats, interval
from tests.patterns.worlds import FLAGSHIP, arguments, in_parallel

CHOICE = FLAGSHIP.with_name("segment_choice.yaml")
SPIRAL = FLAGSHIP.with_name("spiral.yaml")
PROBES = (2, 6, 13, 26, 52, 104)
"""Lengths of a probe on usage that never ends early, weeks."""
ALIKE = tuple(
    f"world.segments.{name}.{field}={value}"
    for name in "ab"
    for field, value in (("relationship_share", 0.005), ("first_playbook", 0.2), ("product_fit", 0.0))
)
"""Groups that differ in nothing the founders know: nothing misleads payments towards the first."""
COURTEOUS = ("world.parameters.courtesy_use=0.5", "world.segments.a.relationship_share=0.3")
"""Founders know three in ten of the first group, and who knows them uses the product for their sake."""
CERTAIN = (*ALIKE, "world.parameters.segment_fit_spread=0.0", "world.parameters.rnd_gain=0.0")
"""Groups that are alike in all, and no R&D that a choice could follow: waiting cannot pay."""
STEADY = ("world.parameters.segment_fit_spread=0.0", "world.parameters.segment_fit_drift=0.0")
"""All groups fit alike and for ever: there is no better direction to find."""


def _live(
    overrides: tuple[str, ...], path: str, policies: tuple[str, ...], world: int
) -> dict[str, dict[str, float]]:
    scenario = load_scenario(path, list(overrides))
    names = [f"{segment.name} first" for segment in scenario.world.segments]
    found = {}
    for record in replicate(scenario, world, policies):
        chosen = [n for d in record.decisions for n, name in enumerate(names) if d["why"].startswith(name)]
        found[record.policy] = {**record.final, "chosen": float(chosen[-1]) if chosen else np.nan}
    return found


def finals(
    path: object, policies: Sequence[str], worlds: int, first: int, overrides: tuple[str, ...] = ()
) -> dict[str, dict[str, Floats]]:
    """Final outcomes and the segment chosen, `[policy][outcome]` an array over worlds first..first + worlds - 1."""
    work = partial(_live, overrides, str(path), tuple(policies))
    lived = in_parallel(work, range(first, first + worlds))
    return {p: {o: np.array([w[p][o] for w in lived]) for o in lived[0][p]} for p in policies}


def misled(worlds: int, first: int = 50_000, overrides: tuple[str, ...] = ()) -> dict[str, Floats]:
    """1 in the worlds in which a probe ends at the founders' group though the other is better, by source of evidence."""
    found = finals(CHOICE, ("probe_payments", "probe_usage"), worlds, first, overrides)
    return {p: ((v["commit_correct"] == 0) & (v["chosen"] == 0)).astype(float) for p, v in found.items()}


def by_probe(worlds: int, first: int = 51_000, overrides: tuple[str, ...] = ()) -> dict[int, Floats]:
    """Recurring revenue after three years in percent of `both`'s mean, by length of the probe."""
    found = {}
    for weeks in PROBES:
        change = (
            f"policies.probe_usage.decision.probe_weeks={weeks}",
            "policies.probe_usage.decision.confidence=1.0",
        )
        both = finals(CHOICE, ("both", "probe_usage"), worlds, first, (*change, *overrides))
        base = both["both"]["recurring_revenue"]
        found[weeks] = 100 * (both["probe_usage"]["recurring_revenue"] - base) / base.mean()
    return found


GRID = ("firm_never", "soft_13", "firm_13", "half_13", "half_never", "firm_whim")


def spiral(
    worlds: int, first: int = 52_000, overrides: tuple[str, ...] = (), policies: Sequence[str] = GRID
) -> dict[str, Floats]:
    """New ARR of 208 weeks in percent of `open`'s mean, by policy."""
    policies = ("open", *policies)
    found = finals(SPIRAL, policies, worlds, first, overrides)
    base = found["open"]["new_arr"]
    return {p: 100 * (found[p]["new_arr"] - base) / base.mean() for p in policies}


@plainly
def main(given: list[str]) -> None:
    counts, overrides = arguments(given, worlds=200)
    worlds = counts["worlds"]
    print(f"P3, {worlds} worlds: share in which the probe ends wrongly at the founders' group")
    for name, changes in (("as is", ()), ("founders know nobody", ALIKE), ("use is courtesy", COURTEOUS)):
        wrong = misled(worlds, overrides=(*changes, *overrides))
        mean, low, high = interval(wrong["probe_payments"] - wrong["probe_usage"])
        shares = ", ".join(f"{p} {v.mean():.3f}" for p, v in wrong.items())
        print(f"  {name}: {shares}; difference {mean:+.3f} [{low:+.3f}, {high:+.3f}]")
    print("P3: recurring revenue against `both` by weeks of the probe, percent")
    for name, changes in (("as is", ()), ("groups alike", CERTAIN)):
        waits = by_probe(worlds, overrides=(*changes, *overrides))
        print(
            f"  {name}: "
            + "  ".join(
                f"{w}: {v.mean():+.2f} +- {v.std(ddof=1) / len(v) ** 0.5:.2f}" for w, v in waits.items()
            )
        )
    print("P5: new ARR against `open`, percent")
    for name, changes in (("as is", ()), ("no better direction", STEADY)):
        grid = spiral(worlds, overrides=(*changes, *overrides))
        print(
            f"  {name}: "
            + "  ".join(
                f"{p}: {v.mean():+.1f} +- {v.std(ddof=1) / len(v) ** 0.5:.1f}" for p, v in grid.items()
            )
        )


def _line(found: Mapping[Any, Floats]) -> str:
    return "  ".join(f"{k} {v.mean():+.2f} +- {v.std(ddof=1) / len(v) ** 0.5:.2f}" for k, v in found.items())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
