"""A gap whose parts are planted: they are found within their intervals, add up, and are told as they are."""

from __future__ import annotations

from io import StringIO
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from analysis.explain import as_data, explain
from analysis.explain_text import render_explanation
from analysis.explain_words import sentences
from analysis.panel import AnalysisError
from analysis.plots.style import png_bytes
from analysis.plots.waterfall import waterfall

PLAYERS = ("losses", "morale", "idle")
WORDS = {"losses": "what hand-overs lose", "morale": "morale", "idle": "what does nothing"}
EFFECTS = {"losses": -6e8, "morale": -3e8}  # cents; losses and morale together take 2e8 more
DIRECT, TOGETHER, WEEKS, START = 1e8, -2e8, 20, 4
OUTCOMES = [
    {"name": "new_arr", "unit": "cents", "direction": 1, "weekly": True, "reduce": "sum_from_start", "label": "New ARR"},
    {"name": "morale_mean", "unit": "0-1", "direction": 1, "weekly": False, "reduce": "", "label": "Morale"},
]  # fmt: skip


def tables(worlds: int = 40, seed: int = 1, noise: float = 1e8):
    rng = np.random.default_rng(seed)
    runs, periods = [], []
    for policy in ("open", "lockdown"):
        for working in range(8):
            on = [PLAYERS[i] for i in range(3) if working >> i & 1]
            gap = DIRECT + sum(EFFECTS.get(name, 0.0) for name in on) + TOGETHER * (working & 3 == 3)
            for world in range(worlds):
                value = 5e9 + np.random.default_rng([seed, world]).normal(0, 1e9)
                value += (gap + rng.normal(0, noise)) * (policy == "lockdown")
                name = f"{policy}~{working:02d}"
                runs.append((name, world, value, 0.5))
                weeks = np.zeros(WEEKS)
                weeks[START:] = value / (WEEKS - START)
                periods += [(name, world, week, weeks[week]) for week in range(WEEKS)]
    meta = {
        "policy": "lockdown", "baseline": "open", "mechanisms": list(PLAYERS), "mechanism_words": WORDS,
        "outcome": "new_arr",
        "weeks": WEEKS, "start_week": START, "policies": [],
    }  # fmt: skip
    return SimpleNamespace(
        runs=pd.DataFrame(runs, columns=["policy", "replication", "new_arr", "morale_mean"]),
        periods=pd.DataFrame(periods, columns=["policy", "replication", "week", "new_arr"]),
        failures=pd.DataFrame(columns=["policy", "replication", "phase", "week", "error"]),
        outcomes=pd.DataFrame(OUTCOMES),
        decisions=pd.DataFrame(),
        meta=meta,
    )


def test_planted_parts_are_found_and_add_up() -> None:
    e = explain(tables())
    found = {part.mechanism: part for part in e.every}
    for name, truth in (("direct", DIRECT), ("losses", -7e8), ("morale", -4e8), ("idle", 0.0)):
        part = found[name].effect
        three_errors = 3 / 2.02 * (part.high - part.low) / 2
        assert part.mean == pytest.approx(truth, abs=three_errors), name
    assert sum(part.effect.mean for part in e.every) == pytest.approx(e.gap.mean, rel=1e-12)
    whole = sum(part.worlds for part in e.every)
    assert whole.mean() == pytest.approx(e.gap.mean, rel=1e-12)
    assert [part.mechanism for part in e.parts] == ["losses", "morale", "idle"]
    (pair,) = e.together
    assert {pair.first, pair.second} == {"losses", "morale"}
    assert pair.effect.low < TOGETHER < pair.effect.high


def test_coverage_of_the_parts() -> None:
    inside = np.zeros(3)
    for seed in range(200):
        e = explain(tables(12, seed))
        parts = {part.mechanism: part.effect for part in e.every}
        inside += [
            parts[n].low < t < parts[n].high for n, t in (("losses", -7e8), ("idle", 0.0), ("direct", DIRECT))
        ]
    assert (inside >= 180).all()  # 95 % of 200, less three standard errors
    assert (inside <= 199).all()


def test_what_is_exactly_nothing_gets_nothing() -> None:
    e = explain(tables(noise=0.0))
    idle = next(part for part in e.parts if part.mechanism == "idle")
    assert np.abs(idle.worlds).max() < 1e-6 * 1e8


def test_weeks_are_counted_up_to_the_one_asked_for() -> None:
    e = explain(tables(), at=11)  # half of the weeks from the start on
    assert e.gap.mean == pytest.approx(explain(tables()).gap.mean / 2)
    assert sentences(e)[0].startswith("By week 11 'lockdown' books ")
    for week in (3, 20):
        with pytest.raises(AnalysisError, match="is not between the start, 4, and 19"):
            explain(tables(), at=week)
    with pytest.raises(AnalysisError, match="only the end is kept"):
        explain(tables(), "morale_mean", at=11)


def test_worlds_with_a_missing_run_are_left_out() -> None:
    made = tables()
    made.runs = made.runs.drop(
        index=made.runs.index[(made.runs["policy"] == "lockdown~05") & (made.runs["replication"] == 7)]
    )
    assert explain(made).left_out == 1
    made.runs = made.runs[made.runs["policy"] != "lockdown~05"]
    made.periods = made.periods[made.periods["policy"] != "lockdown~05"]
    with pytest.raises(AnalysisError, match="no world has the run lockdown~05"):
        explain(made)
    with pytest.raises(AnalysisError, match="no outcome 'exits'"):
        explain(tables(), "exits")


def test_words_table_and_plot() -> None:
    e = explain(tables())
    first, second = sentences(e)
    assert first.startswith("By week 20 'lockdown' books 19.2 % [18.0, 20.5] (9.8 M [9.4, 10.1]) less")
    assert (
        "less new ARR than 'open', in 40 of 40 paired worlds; over half of the gap is what hand-overs lose."
        in first
    )
    assert second.startswith("It is made of what hand-overs lose (-")
    assert "1 of 4 parts cannot be told from nothing." in second
    out = Console(file=StringIO(), width=80)
    out.print(*render_explanation(e))
    assert max(map(len, out.file.getvalue().splitlines())) <= 80
    assert "-0 %" not in out.file.getvalue()
    assert png_bytes(waterfall(e)) == png_bytes(waterfall(explain(tables())))
    data = as_data(e)
    assert [part["mechanism"] for part in data["parts"]] == ["direct", "losses", "morale", "idle"]
    assert data["gap"]["mean"] == pytest.approx(sum(part["mean"] for part in data["parts"]))
    quiet = explain(tables(8, noise=5e9))
    assert "cannot be told apart" in sentences(quiet)[0]
    short = Console(file=StringIO(), width=80)
    short.print(*render_explanation(quiet))
    assert "made of" not in short.file.getvalue()  # nothing is split that may be nothing


def test_shares_of_the_gap_have_intervals_that_hold_the_truth() -> None:
    held = 0
    for seed in range(60):
        share = {p.mechanism: p.share for p in explain(tables(12, seed, 2e8)).every}["losses"]
        held += share.low <= 70.0 <= share.high
    assert held >= 53  # 57 expected of intervals of 95 %


def test_a_part_larger_than_the_gap_and_a_gap_that_is_none() -> None:
    made = tables(noise=1e6)
    lost = made.runs["policy"].str.startswith("lockdown~")
    made.runs.loc[lost, "new_arr"] += 4e8  # nearer together by what works in every set
    assert "what hand-overs lose would make more than all of it" in sentences(explain(made))[0]
    same = tables(noise=0.0)
    same.runs["new_arr"] = 5e9
    assert sentences(explain(same)) == [
        "No difference can be seen: 'lockdown' and 'open' have the same new ARR by week 20, in each of 40 paired worlds.", ""
    ]  # fmt: skip


def test_draws_count_once_and_are_counted() -> None:
    """Two worlds of each of 20 draws are one observation; parts still add up to the gap."""
    made = tables(40)
    made.meta["draws"] = {"names": ["loss"], "number": 20, "worlds_a_draw": 2, "ranges": {}}
    e, alone = explain(made), explain(tables(40))
    assert (e.gap.n, e.draws, e.lived, alone.draws) == (20, 20, 40, None)
    assert e.gap.mean == pytest.approx(alone.gap.mean)
    assert sum(part.effect.mean for part in e.every) == pytest.approx(e.gap.mean)
    assert "in 40 of 40 paired worlds (20 draws)" in sentences(e)[0]
