"""Descriptive figures of the leads: values, S2-S5, forecast categories, business models, trend."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.calibration.lead_table import CERTAINTIES, HORIZON, Leads
from analysis.calibration.survival import (
    Floats,
    Ints,
    aalen_johansen,
    at_risk,
    event_counts,
    weibull_shape,
    weighted_quantile,
    won_if_open,
)

PERIODS = {"early": (2, 21), "middle": (22, 41), "late": (42, 60)}
"""First and last week of creation of leads that are compared with others."""


def describe(leads: Leads) -> dict[str, float]:
    """All descriptive figures by name."""
    return values(leads) | timing(leads) | statements(leads) | stages(leads) | models(leads) | trend(leads)


def values(leads: Leads) -> dict[str, float]:
    """Log-mean, log-sd and median of Amount, with and without the placeholder 1.00; shares of odd amounts."""
    out = {
        "value.share_zero": float((leads.amount == 0).mean()),
        "value.share_placeholder": float(((leads.amount > 0) & (leads.amount <= 1)).mean()),
    }
    won = leads.cause == 1
    for name, rows in (("all", np.ones(len(leads), dtype=bool)), ("won", won), ("lost", leads.cause == 2)):
        for suffix, floor in (("", 1.0), ("_with_placeholder", 0.0)):
            amount = leads.amount[rows & (leads.amount > floor)]
            out[f"value.mu_{name}{suffix}"] = float(np.log(amount).mean())
            out[f"value.sigma_{name}{suffix}"] = float(np.log(amount).std(ddof=1))
            out[f"value.median_{name}{suffix}"] = float(np.median(amount))
    usable = leads.amount[leads.amount > 1]
    logs = np.log(usable)
    low, high = np.quantile(logs, [0.25, 0.75])
    out["value.robust_sigma_all"] = float((high - low) / 1.349)
    out["value.share_round_1000"] = float((usable % 1000 == 0).mean())
    standard = (logs - logs.mean()) / logs.std()
    out["value.skew_of_logs"] = float((standard**3).mean())
    out["value.excess_kurtosis_of_logs"] = float((standard**4).mean() - 3)
    top = np.sort(usable)[::-1]
    out["value.share_of_top_1_percent"] = float(top[: len(top) // 100].sum() / top.sum())
    return out


def timing(leads: Leads) -> dict[str, float]:
    """S2-S4: weeks to the end, chance to win by age, closed-only against cohort, Weibull shape."""
    counts = event_counts(leads.age, leads.cause, HORIZON)
    cif = aalen_johansen(counts)
    won, lost = leads.cause == 1, leads.cause == 2
    out = {}
    for week in (1, 2, 4, 13, 26, 39, 52, 72):
        out[f"cif.won_{week}"], out[f"cif.lost_{week}"] = float(cif[0, week - 1]), float(cif[1, week - 1])
    out["cif.at_risk_52"], out["cif.at_risk_72"] = float(at_risk(counts)[51]), float(at_risk(counts)[71])
    out["s2.median_won"], out["s2.median_lost"] = (
        float(np.median(leads.age[won])),
        float(np.median(leads.age[lost])),
    )
    later = leads.age >= 1
    out["s2.median_lost_after_week_0"] = float(np.median(leads.age[lost & later]))
    out["s2.median_won_after_week_0"] = float(np.median(leads.age[won & later]))
    for age in (0, 13, 26, 39, 52):
        closed = leads.age >= age
        out[f"s2.won_if_open_{age}"] = won_if_open(cif, age, HORIZON)
        out[f"s4.closed_only_{age}"] = float(won[closed].sum() / (won | lost)[closed].sum())
    out["s4.overstatement"] = out["s4.closed_only_0"] - out["cif.won_72"]
    # Positive winning times: as recorded among the closed, and with the censored leads accounted for.
    raw = np.sort(leads.age[won & later]).astype(float)
    ages = np.arange(1, HORIZON, dtype=float)
    gain = np.diff(cif[0])
    for name, times, weight in (("closed", raw, np.ones(len(raw))), ("cohort", ages, gain)):
        out[f"s3.weibull_k_{name}"] = weibull_shape(times, weight)
        half, ninety = (weighted_quantile(times, weight, q) for q in (0.5, 0.9))
        out[f"s3.median_{name}"], out[f"s3.p90_over_median_{name}"] = half, ninety / half
    return out


def _won_within(leads: Leads, origin: Ints, rows: NDArray[np.bool_], landmark: bool) -> Floats:
    """Incidence of won by weeks since `origin`; a landmark starts after that week, with those still open."""
    used = rows & (leads.age > origin if landmark else leads.age >= origin)
    wait = leads.age[used] - origin[used] - (1 if landmark else 0)
    return np.asarray(aalen_johansen(event_counts(wait, leads.cause[used], HORIZON))[0])


def statements(leads: Leads) -> dict[str, float]:
    """S5: what became of a stated certainty since it was stated, with and without same-week ends."""
    out = {}
    closed = leads.cause > 0
    for k, stated in enumerate(CERTAINTIES):
        week = leads.stated[:, k]
        rows = week >= 0
        out[f"s5.share_ever_{stated}"] = float(rows.mean())
        out[f"s5.at_creation_{stated}"] = float((week[rows] == 0).mean())
        out[f"s5.entered_in_closing_week_{stated}"] = float((week == leads.age)[rows & closed].mean())
        later = week[rows & (week > 0)]
        out[f"s5.median_week_if_later_{stated}"] = float(np.median(later)) if len(later) else float("nan")
        out[f"s5.closed_only_{stated}"] = float((leads.cause[rows & closed] == 1).mean())
        for name, landmark in (("all", False), ("next_week", True)):
            curve = _won_within(leads, week, rows, landmark)
            for horizon in (4, 13, 72):
                out[f"s5.{name}_{stated}_won_{horizon}"] = float(curve[horizon - 1])
    for first, second in ((1, 2), (1, 3), (2, 3)):
        a, b = leads.stated[:, first], leads.stated[:, second]
        name = f"s5.later_{CERTAINTIES[second]}_after_{CERTAINTIES[first]}"
        out[name] = float(((b > a) & (b < leads.age))[a >= 0].mean())
    return out


def current_statement(leads: Leads, age: int) -> Ints:
    """Column of the certainty in force after week `age` (latest entry, the higher in a tie), else -1."""
    week = np.where(leads.stated <= age, leads.stated, -1)
    latest = week.max(axis=1)
    column = week.shape[1] - 1 - np.argmax(week[:, ::-1] == latest[:, None], axis=1)
    return np.where(latest >= 0, column, -1).astype(np.int64)


def stages(leads: Leads) -> dict[str, float]:
    """Stated against true chance by stage for those open after week 0, 4, 13; 40/80 % is proposal."""
    out = {}
    for age in (0, 4, 13):
        now = current_statement(leads, age)
        origin = np.full(len(leads), age, dtype=np.int64)
        open_now = leads.age > age
        percent = np.array([*CERTAINTIES, 0], dtype=float)[now] / 100
        for name, rows in (
            ("qualified", now < 2),
            ("proposal", now >= 2),
            ("none", now < 0),
            *((str(c), now == k) for k, c in enumerate(CERTAINTIES)),
        ):
            here, key = open_now & rows, f"stage.{name}_week_{age}"
            said = here & (now >= 0)
            out[f"{key}.share"] = float(here.sum() / open_now.sum())
            out[f"{key}.stated"] = float(percent[said].mean()) if said.any() else float("nan")
            curve = _won_within(leads, origin, rows, landmark=True)
            out[f"{key}.true"] = float(curve[HORIZON - 1]) if here.any() else float("nan")
    # How soon do the leads that outlast week 0 without 40/80 % get it (not counting closing weeks)?
    entry = np.where(leads.stated[:, 2:] >= 0, leads.stated[:, 2:], HORIZON + 9).min(axis=1)
    waiting = (leads.age >= 1) & (entry > 0)
    before_end = entry < leads.age
    counts = event_counts(
        np.minimum(entry, leads.age)[waiting],
        np.where(before_end, 1, np.where(leads.cause > 0, 2, 0))[waiting].astype(np.int64),
        HORIZON,
    )
    winners = waiting & (leads.cause == 1)
    out["stage.winners_unmarked"] = float((~before_end)[winners].mean())
    curve = aalen_johansen(counts)[0]
    for week in (4, 13, 26, 52):
        out[f"stage.proposal_entered_by_{week}"] = float(curve[week - 1])
    return out


def models(leads: Leads) -> dict[str, float]:
    """Products against Systems & Services: incidence, speed, log value."""
    out = {}
    for name, rows in (("products", ~leads.services), ("services", leads.services)):
        part = leads.take(rows & leads.known_model)
        cif = aalen_johansen(event_counts(part.age, part.cause, HORIZON))
        for week in (13, 52):
            out[f"model.{name}_won_{week}"] = float(cif[0, week - 1])
            out[f"model.{name}_lost_{week}"] = float(cif[1, week - 1])
        ages = np.arange(HORIZON, dtype=float)
        out[f"model.{name}_median_weeks_won"] = weighted_quantile(ages, np.diff(cif[0], prepend=0.0), 0.5)
        out[f"model.{name}_lost_week_0"] = float(cif[1, 0])
        out[f"model.{name}_mu"] = float(np.log(part.amount[part.amount > 1]).mean())
        out[f"model.{name}_sigma"] = float(np.log(part.amount[part.amount > 1]).std(ddof=1))
    for figure in ("won_13", "won_52", "lost_52", "median_weeks_won", "mu"):
        out[f"model.difference_{figure}"] = out[f"model.services_{figure}"] - out[f"model.products_{figure}"]
    return out


def trend(leads: Leads) -> dict[str, float]:
    """Early, middle and late creations followed for 13 weeks, and the unevenness of the weeks."""
    out = {}
    for name, (first, last) in PERIODS.items():
        part = leads.take((leads.created >= first) & (leads.created <= last))
        cif = aalen_johansen(event_counts(part.age, part.cause, 13))
        out[f"trend.{name}_per_week"] = len(part) / (last - first + 1)
        out[f"trend.{name}_won_13"], out[f"trend.{name}_lost_13"] = float(cif[0, 12]), float(cif[1, 12])
        out[f"trend.{name}_lost_week_0"] = float(cif[1, 0])
        out[f"trend.{name}_mu"] = float(np.log(part.amount[part.amount > 1]).mean())
    weekly = np.bincount(leads.created, minlength=73)[2:73].astype(float)
    out["trend.weekly_cv"] = float(weekly.std(ddof=1) / weekly.mean())
    out["trend.weekly_dispersion"] = float(weekly.var(ddof=1) / weekly.mean())
    return out
