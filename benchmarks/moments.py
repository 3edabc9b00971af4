"""What a CRM's history tells of the whole model: which figures react to which parameter, and how well a fit finds them.

    python -m benchmarks.moments screen                          # Morris' elementary effects
    python -m benchmarks.moments recover --worlds 30             # truths from the whole range, trials shared by all
    python -m benchmarks.moments recover --worlds 2 --proposed   # as `calibrate --fit` does it, trials for each
    python -m benchmarks.moments recover --json figures.json

`screen` moves one parameter at a time by two thirds of its range from random points (Morris 1991, Technometrics 33(2))
and prints the mean change over the whole range in standard deviations of one world. `recover` draws worlds of known
parameters and counts how often the 95 % intervals hold them, how much of the range they leave, and how often a parameter is
found. Trials that all worlds share are spread over the whole range; with `--proposed` half of them are proposed by Optuna.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.flagship import SCENARIO, keep

SIZES = ("world.reps={reps}", "world.managers={managers}", "world.customers={customers}")
SCREENED = (
    "surfacing", "inbound_share", "prospect_cap", "prospect_weeks", "cooling_weeks", "choice_noise", "open_deals",
    "hours_per_week", "selling_share", "care_share", "effort_elasticity", "lead_advance", "lead_loss", "talent_weight",
    "skill_weight", "segment_specific_share", "newcomer_level", "ramp_weeks", "superstition", "retention_month", "overlap",
    "onboarding_reading", "relationship_per_touch", "relationship_decay", "transfer", "transfer_knowledge",
    "rep_relationship_weight", "voluntary_exit", "involuntary_exit", "vacancy_weeks", "size_share", "deal_noise",
    "morale_effort", "playbook_weight", "fit_weight", "goal_effort",
)  # fmt: skip
PATHS, WORLDS_A_POINT, PLAIN = 6, 3, 30
STEP = 4 / 3  # two thirds of a range from -1 to 1
CLEAR = 3.0
"""Effects below so many standard deviations of a world, over the whole range, are left out of the table."""


def scenario_of(reps: int, weeks: int) -> Any:
    """The flagship in small, with a shorter burn-in."""
    from simulation.spec import load_scenario

    sizes = [one.format(reps=reps, managers=max(1, reps // 10), customers=167 * reps) for one in SIZES]
    return load_scenario(SCENARIO, [*sizes, f"weeks={weeks}", f"burn_in_weeks={min(weeks, 78) * 2 // 3}"])


def screen(reps: int, weeks: int, workers: int) -> dict[str, Any]:
    """Mean and mean absolute elementary effects, (parameters, moments), in standard deviations of one world."""
    from analysis.crm.moments import LABELS
    from app.calibration.fitted import Fitted, fitted, values_of
    from app.calibration.moment_worlds import moments_of_worlds
    from simulation.parameters import PARAMETERS

    rows = [PARAMETERS[name] for name in SCREENED]
    listed = [Fitted(p.name, p.low, p.high, p.unit, "", p.integer) for p in rows] + [fitted(reps)[0]]
    rng, many = np.random.default_rng(1), len(listed)
    points, moves = [], []
    for _ in range(PATHS):
        up = rng.integers(0, 2, many)
        at = np.where(up, -1.0, 1.0) + np.where(up, 1, -1) * rng.integers(0, 2, many) * (2 - STEP)
        points.append(at.copy())
        for j in rng.permutation(many):
            at[j] += STEP * (1 if up[j] else -1)
            points.append(at.copy())
            moves.append((len(points) - 1, int(j), 1 if up[j] else -1))
    places: list[Any] = [({}, 100 + k) for k in range(PLAIN)]
    places += [(values_of(listed, at, {}), k) for at in points for k in range(WORLDS_A_POINT)]
    names = list(LABELS)
    found = moments_of_worlds(scenario_of(reps, weeks), places, names, workers, lambda: None)
    luck = np.nanstd(found[:PLAIN], axis=0, ddof=1)
    seen = found[PLAIN:].reshape(len(points), WORLDS_A_POINT, -1)
    effects = np.full((many, PATHS, len(names)), np.nan)
    for k, (n, j, sign) in enumerate(moves):
        with np.errstate(invalid="ignore"):
            effects[j, k // many] = np.nanmean(seen[n] - seen[n - 1], axis=0) / luck * sign * 2 / STEP
    return {
        "parameters": [one.name for one in listed], "moments": names, "luck": luck.tolist(),
        "mean": np.nanmean(effects, axis=1).tolist(), "size": np.nanmean(np.abs(effects), axis=1).tolist(),
    }  # fmt: skip


def screen_table(found: dict[str, Any]) -> str:
    """A line a parameter: the figures that react, strongest first."""
    size, mean = np.array(found["size"]), np.array(found["mean"])
    noise = np.nanmedian(size, axis=0)  # most parameters do nothing to most figures: this is what luck does
    lines = ["| parameter | what reacts, in standard deviations of one world |", "|---|---|"]
    for name, sizes, means in zip(found["parameters"], size, mean, strict=True):
        seen = [
            f"{moment} {by:+.0f}"
            for s, by, moment, n in sorted(zip(sizes, means, found["moments"], noise, strict=True), key=lambda row: -row[0])
            if abs(by) >= CLEAR and s > 2 * n
        ]  # fmt: skip
        lines.append(f"| `{name}` | {', '.join(seen[:6]) or '-'} |")
    return "\n".join(lines)


def recover(reps: int, weeks: int, worlds: int, trials: int, workers: int, proposed: bool) -> dict[str, Any]:
    """Worlds of known parameters, fitted: what is held, how much is left, and what is found."""
    from analysis.crm.finding import LEVEL
    from analysis.crm.moment import Moment
    from analysis.crm.moments import moments
    from app.calibration.fit import Search, fit
    from app.calibration.fitted import CENTRE, MOMENTS, fitted, values_of
    from app.calibration.through import HALF
    from app.calibration.world_crm import crm_of_world
    from simulation.facts.crm_log import crm_of
    from simulation.runs.drawn import changed

    scenario = scenario_of(reps, weeks)
    chosen = fitted(reps)
    middle = {CENTRE: scenario.world.parameters[CENTRE]}
    truths = np.random.default_rng(77).uniform(-0.9, 0.9, (worlds, len(chosen)))
    shared = None
    rows: list[dict[str, Any]] = []
    for k, truth in enumerate(truths):
        world = changed(scenario.world, values_of(chosen, truth, middle))
        data = moments(crm_of_world(crm_of(scenario.model_copy(update={"world": world}), "open", 5000 + k)))
        began = time.perf_counter()
        if proposed:
            answer = fit(scenario, data, trials, workers, lambda: None)
        else:
            if shared is None:
                shared = Search(scenario, chosen, dict.fromkeys(MOMENTS, Moment(0.0, 1.0, 1)), workers)
                shared.spread(trials)
            answer = shared.again(data).answer()
        post = answer.posterior
        if post is None:
            rows.append({"world": k, "why": answer.why})
            continue
        left = (post.high - post.low) / (2 * LEVEL)
        rows.append({
            "world": k, "seconds": time.perf_counter() - began, "left": left.tolist(), "found": (left <= HALF).tolist(),
            "held": ((post.low <= truth) & (truth <= post.high)).tolist(),
            "z": ((truth - post.mean) / np.sqrt(np.diag(post.covariance))).tolist(),
            "off": (post.mean - truth).tolist(), "widened": post.widened, "points": post.points,
        })  # fmt: skip
        held, part = sum(rows[-1]["held"]), ", ".join(f"{share:.0%}" for share in left)
        print(
            f"world {k}: {held} of {len(chosen)} held; left of the ranges {part}", file=sys.stderr, flush=True
        )
    return {
        "reps": reps,
        "weeks": weeks,
        "trials": trials,
        "names": [one.name for one in chosen],
        "rows": rows,
    }


def recover_table(found: dict[str, Any]) -> str:
    """A line a parameter."""
    rows = [row for row in found["rows"] if "held" in row]
    lines = [
        f"{len(rows)} of {len(found['rows'])} worlds of {found['reps']} reps over {found['weeks']} weeks; "
        f"{sum(row['widened'] > 1 for row in rows)} with widened errors",
        "| parameter | held | found | of those held | range left, median | spread of (truth - mean) / sd |",
        "|---|---|---|---|---|---|",
    ]
    for j, name in enumerate(found["names"]):
        told = [row for row in rows if row["found"][j]]
        lines.append(
            f"| `{name}` | {sum(row['held'][j] for row in rows)} | {len(told)} | {sum(row['held'][j] for row in told)} | "
            f"{np.median([row['left'][j] for row in rows]):.0%} | {np.std([row['z'][j] for row in rows]):.2f} |"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write JSON if asked."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.moments", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("what", choices=("screen", "recover"))
    parser.add_argument("--reps", type=int, default=60)
    parser.add_argument("--weeks", type=int, default=104)
    parser.add_argument("--worlds", type=int, default=30, help="truths to find again")
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--proposed", action="store_true", help="trials of its own for each truth")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the figures there too")
    o = parser.parse_args(arguments)
    if o.what == "screen":
        figures = screen(o.reps, o.weeks, o.workers)
        print(screen_table(figures))
    else:
        figures = recover(o.reps, o.weeks, o.worlds, o.trials, o.workers, o.proposed)
        print(recover_table(figures))
    keep(figures, o.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
