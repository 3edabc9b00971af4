"""What speed was asked for beside what was found: the figures of `benchmarks.run` that have an aim, and whether it is met.

A figure that misses its aim is marked, and nothing else follows from it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from benchmarks.growth import LARGEST, USUAL_CUSTOMERS, USUAL_REPS
from benchmarks.reference.speed import POLICIES

Figures = dict[str, Any]


@dataclass(frozen=True)
class Aim:
    """One figure: where it stands, and what was asked of it."""

    what: str
    unit: str
    asked: float
    part: str  # of the suite
    found: Callable[[Any], float]  # in that part's figures
    at_least: bool = False  # else at most

    def met(self, value: float) -> bool:
        return value >= self.asked if self.at_least else value <= self.asked


def aims() -> Iterator[Aim]:
    """All figures with an aim, in the order of the suite."""
    for policy in POLICIES:
        yield Aim(f"a run, {policy}", "ms", 15, "flagship", lambda f, p=policy: f["run_ms"][p]["median"])
    yield Aim("--help", "s", 0.15, "flagship", lambda f: f["start_up_ms"]["help"]["median"] / 1e3)
    # a run's milliseconds are the seconds of 1,000
    yield Aim("1,000 runs on two workers", "s", 12, "throughput", lambda f: f["ms_a_run_two_workers"])
    yield Aim("efficiency of two workers", "", 0.9, "throughput", lambda f: f["efficiency"], True)
    for n, policy in enumerate(POLICIES):
        yield Aim(
            f"times as fast as plain Mesa, {policy}", "", 150, "reference",
            lambda f, n=n: f[n]["life"]["ratio"], True,
        )  # fmt: skip
    usual, largest = (USUAL_CUSTOMERS, USUAL_REPS), LARGEST
    yield Aim(
        "a customer-week of 1,000,000", "ns", 10, "growth", lambda f: world(f, usual)["ns_per_customer_week"]
    )
    yield Aim("10,000,000 customers, 10,000 reps", "s", 15, "growth", lambda f: world(f, largest)["weeks_s"])
    yield Aim("... memory", "MiB", 1024, "growth", lambda f: world(f, largest)["peak_mib"])
    yield Aim("twice the customers take, times", "", 2, "growth", lambda f: doubling(f, "customers"))
    yield Aim("twice the reps take, times", "", 2, "growth", lambda f: doubling(f, "reps"))
    yield Aim("first compare of a fresh install", "s", 40, "first_compare", lambda f: f["seconds"])
    yield Aim("first result, compiled", "s", 2, "first_result", lambda f: f["seconds"])
    yield Aim("all claims (hypotheses)", "s", 300, "hypotheses", lambda f: f["seconds"])


def world(growth: Figures, size: tuple[int, int]) -> Figures:
    """The world of so many customers and reps."""
    return next(w for w in growth["worlds"] if (w["customers"], w["reps"]) == size)


def doubling(growth: Figures, of: str) -> float:
    """How many times as long a world takes with twice the customers (or reps): the most of all steps that were measured."""
    rest, usual = ("reps", USUAL_REPS) if of == "customers" else ("customers", USUAL_CUSTOMERS)
    steps = sorted((w[of], w["weeks_s"]) for w in growth["worlds"] if w[rest] == usual)
    return max((b[1] / a[1]) ** (1 / math.log2(b[0] / a[0])) for a, b in pairwise(steps) if b[0] > a[0])


def compared(figures: Figures) -> list[Figures]:
    """Each aim whose part was measured: what, unit, asked, at_least, found, met."""
    rows = []
    for aim in aims():
        if aim.part not in figures:
            continue
        value = aim.found(figures[aim.part])
        rows.append({
            "what": aim.what, "unit": aim.unit, "asked": aim.asked, "at_least": aim.at_least,
            "found": float(f"{value:.3g}"), "met": aim.met(value),
        })  # fmt: skip
    return rows


def table(rows: Sequence[Figures]) -> str:
    """The same for people, to be pasted into `docs/performance.md`."""
    lines = ["| figure | asked | found | |", "|---|---|---|---|"]
    for row in rows:
        unit = f" {row['unit']}" if row["unit"] else ""
        bound = "at least" if row["at_least"] else "at most"
        found, missed = f"{row['found']:,g}{unit}", "" if row["met"] else "missed"
        lines.append(f"| {row['what']} | {bound} {row['asked']:,g}{unit} | {found} | {missed} |")
    return "\n".join(lines)
