"""Figures of the recovery: coverage, bias and width of each parameter, as a table and as the page of the docs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.recovery_world import LEVEL, PRIOR, SIZES, WEEKS

WANTED = (0.85, 0.95)
NAME = "parameter"


def summary(rows: Sequence[Mapping[str, Any]], seed: int) -> dict[str, Any]:
    """Figures of each parameter over the worlds, of all together, and of the groups of size."""
    parameters = {
        name: of_parameter([row["parameters"][name] for row in rows if name in row["parameters"]])
        for name in PRIOR
    }
    shares = np.array([np.mean([inside(cell) for cell in row["parameters"].values()]) for row in rows])
    of_size = {str(size): shares[[row["reps"] == size for row in rows]] for size in SIZES}
    return {
        "worlds": len(rows), "seed": seed, "weeks": WEEKS, "level": LEVEL,
        "deals": [int(np.quantile([row["deals"] for row in rows], q)) for q in (0, 0.5, 1)],
        "parameters": {name: one for name, one in parameters.items() if one},
        "overall": mean_of(shares), "by_reps": {size: mean_of(some) for size, some in of_size.items() if len(some)},
        "segments_told_apart": int(sum(row["segments_told_apart"] for row in rows)),
        "gap": float(np.median([row["gap"] for row in rows if row["gap"] is not None])),
    }  # fmt: skip


def inside(cell: Mapping[str, float]) -> bool:
    """Whether the interval holds the truth."""
    return cell["low"] <= cell["truth"] <= cell["high"]


def mean_of(shares: Any) -> dict[str, float]:
    """Mean share held and its standard error; worlds are independent, the parameters of one are not."""
    error = shares.std(ddof=1) / np.sqrt(len(shares)) if len(shares) > 1 else float("nan")
    return {"coverage": float(shares.mean()), "error": float(error), "worlds": len(shares)}


def of_parameter(cells: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Coverage with its exact binomial interval (Clopper & Pearson, 95 %), bias in standard errors, and widths."""
    from scipy.stats import binomtest

    if not cells:
        return None
    held = sum(inside(cell) for cell in cells)
    span = binomtest(held, len(cells)).proportion_ci(0.95, method="exact")
    truth, value, low, high, error = (
        np.array([cell[k] for cell in cells]) for k in ("truth", "value", "low", "high", "error")
    )
    positive = bool((truth > 0).all())
    wide = error > 0  # a spread that can only be nought has draws of no width
    missed = (value - truth)[wide] / error[wide]
    return {
        "worlds": len(cells), "held": held, "coverage": held / len(cells), "low": float(span.low), "high": float(span.high),
        "above": int((truth > high).sum()), "below": int((truth < low).sum()),
        "bias": float(missed.mean()) if len(missed) else None,
        "bias_error": float(missed.std(ddof=1) / np.sqrt(len(missed))) if len(missed) > 1 else None,
        "median_miss": float(np.median(value / truth - 1)) if positive else None,
        "width": float((high - low).mean()), "relative_width": float(((high - low) / truth).mean()) if positive else None,
        "found": int(sum(cell["finding"] == "found" for cell in cells)),
    }  # fmt: skip


def _share(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


def lines(figures: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """A row for each parameter: what the tables of terminal and page show."""
    found = []
    for name, one in figures["parameters"].items():
        error = "" if one["bias_error"] is None else f" ± {one['bias_error']:.2f}"
        found.append(
            (
                name, f"{one['held']}/{one['worlds']}",
                f"{one['coverage']:.1%} [{one['low']:.1%}, {one['high']:.1%}]",
                f"{one['below']} / {one['above']}", f"{_share(one['bias'], '+.2f')}{error}",
                _share(one["median_miss"], "+.1%"),
                f"{one['width']:.3g} ({_share(one['relative_width'], '.0%')})", f"{one['found']}",
            )
        )  # fmt: skip
    return found


HEAD = (
    NAME, "held", "coverage [95 %]", "truth below / above", "bias, standard errors", "median miss",
    "mean width (of the truth)", "found",
)  # fmt: skip


def table(figures: Mapping[str, Any]) -> str:
    """The figures for people."""
    rows = [HEAD, *lines(figures)]
    wide = [max(len(row[k]) for row in rows) for k in range(len(HEAD))]
    text = ["  ".join(cell.ljust(w) for cell, w in zip(row, wide, strict=True)).rstrip() for row in rows]
    return "\n".join([*text, overall(figures)])


def overall(figures: Mapping[str, Any]) -> str:
    """One sentence on all parameters together."""
    one = figures["overall"]
    sizes = ", ".join(
        f"{size} reps {some['coverage']:.1%} ({some['worlds']})" for size, some in figures["by_reps"].items()
    )
    return (
        f"All parameters together: {one['coverage']:.1%} ± {one['error']:.1%} of the {figures['level']:.0%} intervals "
        f"hold the truth ({sizes}). Segments, alike in truth, were told apart in {figures['segments_told_apart']} of "
        f"{figures['worlds']} worlds."
    )


PAGE = """# Does `calibrate` find what a world was made of?

Written by `python -m benchmarks.recovery --worlds {worlds} --seed {seed} --page docs/calibration/recovery.md`; do not edit
by hand. `recovery.json` has the same figures for programs.

{worlds} worlds of {weeks} weeks with {sizes} reps, each with parameters of its own, lived under `open` and exported as
`export --crm` does: {least:,} to {most:,} opportunities, {middle:,} in the median. Each export was read and calibrated as
`calibrate` does it. Nothing in the calibration knows the truth. Intervals are the central {level:.0%} of the draws.

## The prior

Parameters are drawn independently, around the flagship and inside the published ranges:

{prior}

The market's eight segments are alike; all other parameters are at their defaults, and `score_centre` follows from slope and
spread of values as `calibrate` sets it: hazards and the mean score say the same thing twice, so one of them is a convention.

## Coverage

Wanted: 85 to 95 %. Brackets are exact binomial intervals (Clopper & Pearson, 95 %). Bias is the mean of (estimate - truth) /
standard deviation of the draws, ± its standard error. "Found": in how many worlds the verdict was so; where it is not, the
draws are those that data and published range leave together, as a scenario takes them.

{coverage}

{overall}

{outside}

The largest gap between fitted and seen curves is {gap:.3f} in the median world.
"""


def page(figures: Mapping[str, Any]) -> str:
    """The page."""
    from analysis.calibration.markdown import table as pipes

    prior = [(f"`{name}`", how, f"{low:g} to {high:g}") for name, (how, low, high) in PRIOR.items()]
    least, middle, most = figures["deals"]
    rows = [(f"`{name}`", *rest) for name, *rest in lines(figures)]
    return PAGE.format(
        worlds=figures["worlds"], seed=figures["seed"], weeks=figures["weeks"], level=figures["level"], gap=figures["gap"],
        sizes=", ".join(map(str, SIZES[:-1])) + f" or {SIZES[-1]}", least=least, middle=middle, most=most,
        prior=pipes((NAME, "how", "from, to"), prior), coverage=pipes(HEAD, rows), overall=overall(figures),
        outside=outside(figures),
    )  # fmt: skip


def outside(figures: Mapping[str, Any]) -> str:
    """Which parameters lie outside what was wanted, and whether luck may be why."""
    low, high = WANTED
    said = []
    for name, one in figures["parameters"].items():
        if not low <= one["coverage"] <= high:
            far = one["high"] < low or one["low"] > high
            by = one["coverage"] - (low if one["coverage"] < low else high)
            why = "more than the luck of so many worlds explains" if far else "no more than luck may explain"
            said.append(f"`{name}` by {100 * by:+.1f} points, {why}")
    return f"Outside 85-95 %: {'; '.join(said)}." if said else "Every parameter lies within 85-95 %."
