"""The figures S1-S8 of an observed world under the baseline, and their means with errors over worlds.

A world is any object with the attributes of `simulation.facts.open_worlds.OpenWorld`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.calibration.survival import weibull_shape
from analysis.facts.estimates import Figure, estimate

OpenWorld = Any

FIRST, COHORT, WINDOW = 13, 52, 73
"""Deals qualified in weeks 13-64 are followed to their end; the leads were seen through a window of 73 weeks."""
YEARS = slice(0, 104)
SLIPPED = ("won, slipped twice or more", "won, slipped less", "won, slipped twice or more over less")


def all_figures(worlds: Sequence[OpenWorld]) -> dict[str, Figure]:
    """Every figure by name."""
    parts: tuple[Callable[[OpenWorld], dict[str, float]], ...] = (
        shares,
        timing,
        values,
        closed_only,
        stated,
        slipped,
        people,
        money,
    )
    each = [{name: x for part in parts for name, x in part(world).items()} for world in worlds]
    found = {name: estimate([one[name] for one in each]) for name in each[0]}
    return found | ramp(worlds)


def cohort(world: OpenWorld) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Outcome and age at the end, in weeks since qualified, of the deals qualified in the cohort's weeks."""
    d = world.deals
    chosen = (d["qualified"] >= FIRST) & (d["qualified"] < FIRST + COHORT)
    return d["outcome"][chosen], (d["ended"] - d["qualified"])[chosen]


def shares(world: OpenWorld) -> dict[str, float]:
    """S1: what becomes of fresh opportunities (started in weeks 0-51) and of qualified deals."""
    d = world.deals
    fresh = d["outcome"][d["started"] < COHORT]
    qualified, _ = cohort(world)
    out = {
        "fresh: won": float((fresh == 1).mean()),
        "fresh: still open": float((fresh == 0).mean()),
        "fresh: qualified": float((d["qualified"] >= 0)[d["started"] < COHORT].mean()),
    }
    for code, name in enumerate(("still open", "won", "lost", "no decision")):
        out[f"qualified: {name}"] = float((qualified == code).mean())
    return out


def timing(world: OpenWorld) -> dict[str, float]:
    """S2 and S3: medians among those closed in the window; chance to win by age; shape of winning times."""
    d = world.deals
    seen = (d["qualified"] >= FIRST) & (d["ended"] < FIRST + WINDOW)
    weeks = d["ended"] - d["qualified"]
    won, lost = seen & (d["outcome"] == 1), seen & (d["outcome"] == 2)
    out = {
        "median weeks won": float(np.median(weeks[won])),
        "median weeks lost": float(np.median(weeks[lost])),
    }
    outcome, age = cohort(world)
    for start in (0, 13, 26, 39, 52):
        # The leads record no "no decision": there such deals count as open, so they do here.
        still = (age >= start) | (outcome == 3)
        out[f"won by week 72, open at {start}"] = float(((outcome == 1) & (age < 72))[still].mean())
    times = age[(outcome == 1) & (age < 72)] + 0.5  # won some time in that week
    half, ninety = np.quantile(times, [0.5, 0.9])
    out["Weibull k"] = weibull_shape(times, np.ones(len(times)))
    out["P90 / median"] = float(ninety / half)
    return out


def values(world: OpenWorld) -> dict[str, float]:
    """S3: logs of values of won deals; share won by tenth of value among qualified deals."""
    d = world.deals
    chosen = (d["qualified"] >= FIRST) & (d["qualified"] < FIRST + COHORT) & np.isfinite(d["value"])
    value, won = d["value"][chosen], d["outcome"][chosen] == 1
    logs = np.log(value[won])
    standard = (logs - logs.mean()) / logs.std()
    rank = np.argsort(np.argsort(value, kind="stable"), kind="stable") * 10 // len(value)
    return {
        "log-sd of won values": float(logs.std(ddof=1)),
        "median of won values": float(np.median(value[won])),
        "log-mean of qualified values": float(np.log(value).mean()),
        "log-sd of qualified values": float(np.log(value).std(ddof=1)),
        "skew of logs": float((standard**3).mean()),
        "excess kurtosis of logs": float((standard**4).mean() - 3),
        "won, smallest tenth": float(won[rank == 0].mean()),
        "won, largest tenth": float(won[rank == 9].mean()),
        "won, smallest less largest tenth": float(won[rank == 0].mean() - won[rank == 9].mean()),
    }


def closed_only(world: OpenWorld) -> dict[str, float]:
    """S4: won / (won + lost), and won / all ended, of what was qualified and closed in a growing window; the cohort's."""
    d = world.deals
    outcome, _ = cohort(world)
    truth = float((outcome == 1).mean())
    out = {}
    for window in (13, 26, 52, WINDOW):
        seen = (d["qualified"] >= FIRST) & (d["ended"] < FIRST + window)
        won, lost = (seen & (d["outcome"] == 1)).sum(), (seen & (d["outcome"] == 2)).sum()
        out[f"closed-only less cohort, {window} weeks"] = float(won / (won + lost)) - truth
        out[f"ended-only less cohort, {window} weeks"] = float(won / seen.sum()) - truth
    return out


def stated(world: OpenWorld) -> dict[str, float]:
    """S5: stated chance at the end of the week of qualification against the share won in the end, by stage."""
    d = world.deals
    said = (d["qualified"] >= FIRST) & (d["qualified"] < FIRST + COHORT) & np.isfinite(d["stated"])
    out = {}
    for name, rows in (
        ("qualified", said & (d["stage"] == 0)),
        ("proposal", said & (d["stage"] > 0)),
    ):
        out[f"stated at {name}"] = float(d["stated"][rows].mean())
        out[f"won from {name}"] = float((d["outcome"][rows] == 1).mean())
        out[f"won less stated, {name}"] = out[f"won from {name}"] - out[f"stated at {name}"]
    return out


def slipped(world: OpenWorld) -> dict[str, float]:
    """S6: deals won of those whose close date slipped twice or more, and of the others, among those that ended.

    A rep names as the close date what a won deal usually takes (the median), and when it has passed puts it off by as much
    again: a reading of the deal's age. Nothing in the model follows from the date.
    """
    outcome, age = cohort(world)
    ended = outcome > 0
    won = outcome[ended] == 1
    if not won.any():
        return dict.fromkeys(SLIPPED, float("nan"))
    slips = age[ended] // max(1.0, float(np.median(age[outcome == 1])))
    often = float(won[slips >= 2].mean()) if (slips >= 2).any() else float("nan")
    others = float(won[slips < 2].mean())
    return dict(zip(SLIPPED, (often, others, often / others), strict=True))


def people(world: OpenWorld) -> dict[str, float]:
    """S8: weeks a seat stands empty and share of empty seats; rep-years at quota. S7: what the best fifth of reps sell."""
    return {
        "weeks vacant": float(np.mean(world.vacancies)),
        "seats empty": 1 - float(world.headcount[YEARS].mean()) / world.seats,
        "rep-years at quota": float(world.attained[0] / world.attained[1]),
        "share of the best fifth": float(np.mean(world.top_shares)),
    }


def money(world: OpenWorld) -> dict[str, float]:
    """Gross and net retention over weeks 0-103: of the value due for renewal, what was kept and what followed."""
    flow = {
        name: float(world.history[name][YEARS].sum())
        for name in ("renewed", "churn", "contraction", "expansion")
    }
    due = flow["renewed"] + flow["churn"]
    kept = flow["renewed"] - flow["contraction"]
    return {"gross retention": kept / due, "net retention": (kept + flow["expansion"]) / due}


def ramp(worlds: Sequence[OpenWorld]) -> dict[str, Figure]:
    """Weeks until newcomers have gone 90 % of the way from their first to their 52nd week, and to 90 % of that level.

    Standard errors by jackknife over worlds: a single world has too few newcomers.
    """
    sums = np.array([w.ramp for w in worlds])
    total = sums.sum(axis=0)
    out = {}
    for name, share_of_way in (("weeks to 90 % of the ramp", True), ("weeks to 90 % of the level", False)):
        without = np.array([_weeks_to_level(total - one, share_of_way) for one in sums])
        n = len(without)
        error = float(np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum()))
        out[name] = (_weeks_to_level(total, share_of_way), error)
    first = total[0, 1] / total[1, 1] / _one_year(total)
    out["newcomer against one year"] = (float(first), 0.0)
    return out


def _one_year(total: NDArray[np.float64]) -> float:
    return float(total[0, 48:57].sum() / total[1, 48:57].sum())


def _weeks_to_level(total: NDArray[np.float64], share_of_way: bool) -> float:
    """First week (linear between weeks) at which mean proficiency by tenure crosses the level."""
    curve = total[0, 1:57] / total[1, 1:57]
    final = _one_year(total)
    level = curve[0] + 0.9 * (final - curve[0]) if share_of_way else 0.9 * final
    above = int(np.argmax(curve >= level))
    if above == 0:
        return 1.0
    return above + float((level - curve[above - 1]) / (curve[above] - curve[above - 1]))
