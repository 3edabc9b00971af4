"""P2, held out: search the parameter ranges for a setting in which lockdown beats `open` in new ARR by week 104.

    python -m tests.patterns.search_p2 [settings=200] [seed=1] [equal_playbooks=0]

A Latin hypercube over learning, overlap, transfer and the size of books; three rounds with more worlds for fewer settings.
Settings that the engine says cross (behind before, beyond chance, then ahead) come first, then those with the largest mean
cumulative gap less two standard errors. The winner is confirmed in worlds that the search never saw and written to
`p2_setting.yaml`, with the week at which it crosses. No policy is changed: lockdown is the flagship's, and nobody writes
playbooks. With `equal_playbooks=1` both sides write them, and the file is `p2_equal_playbooks.yaml`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from analysis.crossover import Crossover, Trough, crossover, trough
from benchmarks.plainly import plainly
from simulation.parameters import PARAMETERS
from simulation.spec import load_scenario
from tests.patterns.pairs import Floats, interval, live_pair, live_pairs
from tests.patterns.worlds import FLAGSHIP, arguments, in_parallel, usage

STORED = Path(__file__).with_name("p2_setting.yaml")
STORED_EQUAL = Path(__file__).with_name("p2_equal_playbooks.yaml")
SEARCHED = (
    # steep learning, and how much of it belongs to segments
    *("ramp_weeks", "segment_specific_share", "newcomer_level", "overlap", "retention_month", "superstition"),
    *("onboarding_reading", "codify_rate", "playbook_weight", "initial_playbook"),
    # what a hand-over leaves, and what people make of it
    *("transfer", "transfer_knowledge", "morale_book_loss", "morale_effort"),
    # small books
    *("initial_customers", "care_share", "surfacing"),
)
CUSTOMERS = (2_400, 20_000)
ROUNDS = ((1, 3), (10, 12), (40, 30))
"""Keep one setting in so many of the first ones, and live it in so many worlds."""
WRITING = {
    "policies.lockdown.codification.share": 0.03,
    "policies.preferred.territory.mode": "open",
    "policies.preferred.codification.share": 0.03,
}
"""Both write playbooks: lockdown, and `preferred` without its preference, which are open territories."""
SEARCH_WORLDS, FRESH_WORLDS = 50_000, 60_000
CONFIRMING = 60
CROSSING_WORLDS = 12
START = 13  # the flagship's start week


@dataclass(frozen=True)
class Confirmed:
    """Cumulative new ARR from the start week to the end, lockdown less open, as a share of open's; when it crosses."""

    gap: tuple[float, float, float]
    crossover: Crossover
    trough: Trough
    quarters: tuple[float, ...]  # gap of each 13 weeks since the start, as a share of open's


def sample(settings: int, seed: int) -> list[dict[str, Any]]:
    """Settings spread evenly over the ranges of the parameters, as plain overrides."""
    from scipy.stats import qmc

    points = qmc.LatinHypercube(len(SEARCHED) + 1, rng=np.random.default_rng(seed)).random(settings)
    found = []
    for point in points:
        setting: dict[str, Any] = {
            "world.customers": int(CUSTOMERS[0] + point[-1] * (CUSTOMERS[1] - CUSTOMERS[0]))
        }
        for name, x in zip(SEARCHED, point, strict=False):
            p = PARAMETERS[name]
            value = p.low + x * (p.high - p.low)
            setting[f"world.parameters.{name}"] = round(value) if p.integer else round(float(value), 4)
        found.append(setting)
    return found


def overrides(setting: dict[str, Any]) -> list[str]:
    """A setting as arguments of `load_scenario`."""
    return [f"{name}={value}" for name, value in setting.items()]


def relative_gap(policy: Floats, base: Floats) -> Floats:
    """(worlds,) cumulative gap from the start week on, as a share of the baseline's mean."""
    return (policy - base)[:, START:].sum(axis=1) / base[:, START:].sum(axis=1).mean()


def _running(policy: Floats, base: Floats) -> Floats:
    """(worlds, weeks since the start) cumulative gap."""
    running: Floats = np.cumsum((policy - base)[:, START:], axis=1)
    return running


def search(
    settings: int, seed: int, rounds: tuple[tuple[int, int], ...] = ROUNDS, equal_playbooks: bool = False
) -> dict[str, Any]:
    """The first setting of the last round."""
    left = sample(settings, seed)
    fixed, against = (WRITING, "preferred") if equal_playbooks else ({}, "open")
    for one_in, worlds in rounds:
        left = left[: max(1, settings // one_in)]
        tasks = [
            (
                load_scenario(FLAGSHIP, overrides({**setting, **fixed})),
                SEARCH_WORLDS + world,
                "lockdown",
                against,
            )
            for setting in left
            for world in range(worlds)
        ]
        lived = in_parallel(live_pair, tasks)
        ranks = []
        for k in range(len(left)):
            policy, base = (
                np.array([one[j]["new_arr"] for one in lived[k * worlds : (k + 1) * worlds]]) for j in (0, 1)
            )
            gap = relative_gap(policy, base)
            surely = float(gap.mean() - 2 * gap.std(ddof=1) / worlds**0.5)
            crosses = (
                worlds >= CROSSING_WORLDS and crossover(_running(policy, base), START).turn == "overtakes"
            )
            ranks.append((crosses, surely))
        order = sorted(range(len(left)), key=lambda k: ranks[k], reverse=True)
        left = [left[k] for k in order]
        best = ", ".join(f"{ranks[k][1]:+.3f}{' crosses' * ranks[k][0]}" for k in order[:5])
        ahead = sum(surely > 0 for _, surely in ranks)
        print(f"{len(left)} settings x {worlds} worlds: lockdown ahead in {ahead}; best {best}")
    return left[0]


def confirm(setting: dict[str, Any], worlds: int = CONFIRMING, against: str = "open") -> Confirmed:
    """Lockdown in this setting, in worlds the search never saw."""
    scenario = load_scenario(FLAGSHIP, overrides(setting))
    pairs = live_pairs(scenario, "lockdown", range(FRESH_WORLDS, FRESH_WORLDS + worlds), against)
    policy, base = pairs.policy["new_arr"], pairs.base["new_arr"]
    weekly, usual = (policy - base)[:, START:], base[:, START:].mean(axis=0)
    quarters = [
        float(weekly[:, w : w + 13].sum(axis=1).mean() / usual[w : w + 13].sum())
        for w in range(0, weekly.shape[1], 13)
    ]
    return Confirmed(
        interval(relative_gap(policy, base)),
        crossover(_running(policy, base), START),
        trough(_running(policy, base), START),
        tuple(quarters),
    )


def stored(file: Path = STORED) -> dict[str, Any]:
    """The setting found by the last search that was kept."""
    found: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))["setting"]
    return found


@plainly
def main(given: list[str]) -> None:
    counts, rest = arguments(given, settings=200, seed=1, equal_playbooks=0)
    if rest:
        usage(f"unknown: {', '.join(rest)}")
    equal = bool(counts["equal_playbooks"])
    setting = search(counts["settings"], counts["seed"], equal_playbooks=equal)
    found = confirm({**setting, **WRITING}, against="preferred") if equal else confirm(setting)
    mean, low, high = found.gap
    print(
        f"in {CONFIRMING} fresh worlds: {mean:+.3f} [{low:+.3f}, {high:+.3f}] of open's new ARR; {found.crossover}"
    )
    print("by quarter since the start", np.round(found.quarters, 3))
    options = " ".join(f"{name}={value}" for name, value in counts.items())
    note = f"# Found by `python -m tests.patterns.search_p2 {options}`; see docs/validation.md.\n"
    file = STORED_EQUAL if equal else STORED
    file.write_text(note + yaml.safe_dump({"setting": setting}, sort_keys=False), encoding="utf-8")
    print(f"written to {file.name}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
