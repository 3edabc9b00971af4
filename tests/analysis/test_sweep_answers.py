"""What is said of a sweep, against designs whose effects are known."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.panel import AnalysisError
from analysis.plots.style import png_bytes
from analysis.plots.sweep import sweep_plot, title
from analysis.sweep_text import headline, render_sweep, sentence
from analysis.sweeps import SweepAnswer, summary_of

OUTCOME = {
    "name": "new_arr", "unit": "cents", "direction": 1, "weekly": True, "reduce": "sum_from_start", "label": "New ARR",
    "description": "",
}  # fmt: skip


def tables(points: int = 200, worlds: int = 2, seed: int = 1, design: str = "sobol", noise: float = 1e7):
    """Lockdown gains 4e8 (a - .5) + 1e8 [kind = hard] cents over open; b and luck shared by policies do nothing."""
    rng = np.random.default_rng(seed)
    a, b = rng.random(points), rng.uniform(0, 10, points)
    kind = rng.choice(["soft", "hard", "none"], points)
    rows = []
    for point in range(points):
        for policy in ("open", "lockdown"):
            for world in range(worlds):
                luck = np.random.default_rng([seed, world]).normal(0, 1e9)  # the same at every point
                own = rng.normal(0, noise)
                gain = 4e8 * (a[point] - 0.5) + 1e8 * (kind[point] == "hard")
                value = 1e10 + luck + own + gain * (policy == "lockdown")
                rows.append((point, policy, world, 1, a[point], b[point], kind[point], value))
    names = ["point", "policy", "replication", "seed", "x.a", "x.b", "x.kind", "new_arr"]
    axes = [
        {"name": "a", "unit": "share", "low": 0.0, "high": 1.0, "distribution": "uniform"},
        {"name": "b", "unit": "weeks", "low": 0.0, "high": 10.0, "distribution": "uniform"},
        {"name": "kind", "unit": "", "values": ["soft", "hard", "none"]},
    ]
    meta = {
        "sweep": "made_up", "scenario": "made_up", "design": design, "seed": 1, "outcome": "new_arr", "baseline": "open",
        "policies": ["open", "lockdown"], "axes": axes,
    }  # fmt: skip
    failures = pd.DataFrame(columns=["point", "policy", "replication", "phase", "week", "error", "settings"])
    return SimpleNamespace(
        runs=pd.DataFrame(rows, columns=names), failures=failures, outcomes=pd.DataFrame([OUTCOME]), meta=meta
    )


def test_known_effects_are_found() -> None:
    effect = SweepAnswer(tables(400)).effect("lockdown")
    assert effect.mean.low is not None
    assert effect.mean.low < 1e8 / 3 < effect.mean.high
    by_name = {one.axis: one for one in effect.axes}
    assert [one.axis for one in effect.axes] == ["a", "kind", "b"]
    assert by_name["a"].matters
    assert by_name["a"].turns
    assert by_name["a"].correlation > 0.8
    assert by_name["kind"].matters
    assert not by_name["b"].matters
    low, _, high = by_name["a"].slices
    for part in (low, high):
        expected = 4e8 * ((part.low + part.high) / 2 - 0.5) + 1e8 / 3
        three_errors = 3 / 1.98 * (part.effect.high - part.effect.low) / 2
        assert part.effect.mean == pytest.approx(expected, abs=three_errors)
    hard = next(part for part in by_name["kind"].slices if part.label == "hard")
    soft = next(part for part in by_name["kind"].slices if part.label == "soft")
    assert hard.effect.low > soft.effect.high


def test_axes_without_effect_are_named_in_one_sweep_of_twenty() -> None:
    named = sum(
        any(one.matters for one in SweepAnswer(_idle(seed)).effect("lockdown").axes) for seed in range(100)
    )
    assert named <= 11  # binomial(100, .05) exceeds that in 1 of 200 tries; the seeds are fixed


def _idle(seed: int):
    made = tables(40, 1, seed)
    rng = np.random.default_rng([seed, 7])
    made.runs["new_arr"] = rng.normal(0, 1, len(made.runs))
    return made


def test_coverage_of_the_mean_over_points() -> None:
    inside = 0
    for seed in range(200):
        mean = SweepAnswer(tables(60, 1, seed)).effect("lockdown").mean
        inside += mean.low < 1e8 / 3 < mean.high
    assert 181 <= inside <= 198  # 95 % of 200, with three standard errors


def test_a_grid_has_no_intervals_over_points() -> None:
    answer = SweepAnswer(tables(design="grid"))
    effect = answer.effect("lockdown")
    assert effect.mean.low is None
    assert effect.better.low is None
    assert all(part.effect.low is None for one in effect.axes for part in one.slices)
    out = [str(part) for part in render_sweep(summary_of(answer), answer.info)]
    assert any("no sample" in part for part in out)


def test_luck_is_told_from_what_points_differ_by() -> None:
    quiet, noisy = (SweepAnswer(tables(noise=noise)).effect("lockdown").luck for noise in (1e6, 4e8))
    assert quiet < 0.01
    assert noisy == pytest.approx(4e8**2 / (4e8**2 + np.var([1, 0, 0]) * 1e16 + (4e8) ** 2 / 12), abs=0.15)
    assert np.isnan(SweepAnswer(tables(worlds=1)).effect("lockdown").luck)


def test_worlds_in_which_a_policy_failed_are_left_out_for_all() -> None:
    whole = tables(50)
    runs = whole.runs
    lost = (runs["point"] == 3) & (runs["policy"] == "lockdown")
    whole.runs = runs[~lost]
    answer = SweepAnswer(whole)
    assert len(answer.grid) == 49
    effect = answer.effect("lockdown")
    assert (len(effect.points), effect.left_out) == (49, 2)
    assert 3 not in effect.at
    assert "In 2 worlds one of the two has no number" in sentence(
        summary_of(answer), summary_of(answer)["differences"][0], answer.info
    )
    assert answer.best()["open"] + answer.best()["lockdown"] == pytest.approx(1)


def test_the_luck_that_all_points_share_is_in_the_interval_from_three_worlds_on() -> None:
    inside = []
    for seed in range(200):
        made = tables(30, 4, seed)
        shift = np.random.default_rng([seed, 9]).normal(
            0, 3e8, 4
        )  # what each world does to lockdown, at all points
        locked = (made.runs["policy"] == "lockdown").to_numpy()
        made.runs["new_arr"] += locked * shift[made.runs["replication"]]
        effect = SweepAnswer(made).effect("lockdown")
        inside.append(effect.mean.low < 1e8 / 3 < effect.mean.high)
        assert not effect.conditional
        assert effect.luck < 0.1  # it parts no points
    assert 178 <= sum(inside) <= 199  # 95 % of 200, three standard errors
    few = SweepAnswer(tables(30, 2))
    assert few.effect("lockdown").conditional
    out = [str(part) for part in render_sweep(summary_of(few), few.info)]
    assert any("Intervals hold for the luck that all points share" in part for part in out)


def test_a_lead_that_rises_and_falls_matters_too() -> None:
    made = tables(120, 1)
    bend = 1e9 * ((made.runs["x.b"] / 10 - 0.5) ** 2 - 0.08)
    made.runs["new_arr"] += bend * (made.runs["policy"] == "lockdown")
    by_name = {one.axis: one for one in SweepAnswer(made).effect("lockdown").axes}
    assert by_name["b"].matters
    assert abs(by_name["b"].correlation) < 0.3


def test_whole_numbers_are_sliced_by_value_and_every_point_once() -> None:
    made = tables(60, 1)
    made.runs["x.b"] = np.floor(made.runs["x.b"] / 4)
    b = next(one for one in SweepAnswer(made).effect("lockdown").axes if one.axis == "b")
    assert [part.low for part in b.slices] == [0, 1, 2]
    assert sum(part.effect.n for part in b.slices) == 60
    thirds = next(one for one in SweepAnswer(tables(60, 1)).effect("lockdown").axes if one.axis == "a")
    assert [part.effect.n for part in thirds.slices] == [20, 20, 20]


def test_ties_are_shared_and_where_nothing_is_better_nothing_is_best() -> None:
    made = tables(20, 1)
    made.runs["new_arr"] = 1.0
    answer = SweepAnswer(made)
    assert answer.best() == {"open": 0.5, "lockdown": 0.5}
    assert answer.effect("lockdown").better.mean == 0.5
    made.outcomes = pd.DataFrame([{**OUTCOME, "direction": 0}])
    flat = SweepAnswer(made)
    assert flat.best() == {}
    assert "neither more nor less" in headline(summary_of(flat), flat.info)
    made.runs["new_arr"] = np.nan
    with pytest.raises(AnalysisError, match=r"no world|has finished"):
        SweepAnswer(made).effect("lockdown")


def test_names_of_policies_and_points_do_not_matter() -> None:
    one = tables(80)
    other = tables(80)
    order = np.random.default_rng(3).permutation(80)
    other.runs = other.runs.assign(point=order[other.runs["point"]]).sample(frac=1, random_state=1)
    first, second = (SweepAnswer(t).effect("lockdown") for t in (one, other))
    assert first.mean.mean == pytest.approx(second.mean.mean)
    assert [a.correlation for a in first.axes] == pytest.approx([a.correlation for a in second.axes])


def test_words_tables_and_plot() -> None:
    from io import StringIO

    from rich.console import Console

    answer = SweepAnswer(tables())
    summary = summary_of(answer)
    assert headline(summary, answer.info).startswith(
        "Best in new ARR at 200 points, 2 worlds each: 'lockdown' at"
    )
    assert headline(summary, answer.info).endswith("; on average 'lockdown'.")
    behind = {**summary, "differences": [{**summary["differences"][0], "mean": -1.0}]}
    assert headline(behind, answer.info).endswith("; on average 'open'.")
    assert "'lockdown' beats 'open' at" in sentence(summary, summary["differences"][0], answer.info)
    out = Console(file=StringIO(), width=80)
    out.print(*render_sweep(summary, answer.info))
    text = out.file.getvalue()
    assert "a (turns)" in text
    assert max(map(len, text.splitlines())) <= 80
    assert png_bytes(sweep_plot(answer)) == png_bytes(sweep_plot(SweepAnswer(tables())))


def test_what_cannot_be_said() -> None:
    made = tables(20)
    with pytest.raises(AnalysisError, match="no outcome 'morale'"):
        SweepAnswer(made, "morale")
    made.runs = made.runs.iloc[:0]
    with pytest.raises(AnalysisError, match="no run"):
        SweepAnswer(made)
    few = SweepAnswer(tables(6)).effect("lockdown")
    assert few.axes == ()


def test_the_plot_states_the_answer_and_what_turns_it() -> None:
    answer = SweepAnswer(tables())
    told = title(answer)
    assert told.startswith(headline(summary_of(answer), answer.info))
    assert told.endswith("'lockdown' turns along a.")
    assert told.split()[-1] in sweep_plot(answer).texts[0].get_text()
