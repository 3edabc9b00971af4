"""Luck and parameters: the split of doubt against known shares, and intervals that rest on independent draws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest
from synthetic import drop_run, make_tables

from analysis import compare
from analysis.doubt import draw_of_worlds, pooled, split
from analysis.panel import read_panel


def worlds(share: float, draws: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Differences of two worlds a draw, with this share of the variance between draws."""
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(draws), 2)
    between = np.sqrt(share) * rng.standard_normal(draws)
    return 3 + between[groups] + np.sqrt(1 - share) * rng.standard_normal(2 * draws), groups


@pytest.mark.parametrize("share", [0.0, 0.3, 0.8])
def test_the_share_of_the_parameters_is_recovered(share: float) -> None:
    doubt = split(*worlds(share, 4000, 1))
    assert doubt.share == pytest.approx(share, abs=4 * (1 - share**2) / np.sqrt(4000))


@pytest.mark.parametrize("share", [0.3, 0.7])
def test_its_interval_covers(share: float) -> None:
    found = [split(*worlds(share, 20, 100 + k)) for k in range(400)]
    held = sum(one.low <= share <= one.high for one in found)  # type: ignore[operator]
    assert binomtest(held, 400, 0.95).pvalue > 0.001


def test_too_little_to_split() -> None:
    values, groups = worlds(0.5, 3, 2)
    assert split(values, groups).share is None
    assert (
        split(np.zeros(20), np.repeat(np.arange(10), 2)).reason == "the difference is the same in every world"
    )
    assert split(np.repeat(np.arange(10.0), 2), np.repeat(np.arange(10), 2)).share == 1.0


def drawn(replications: int = 20, number: int = 200):
    tables = make_tables(replications=replications)
    tables.meta["draws"] = {
        "names": ["loss", "segments.a.cycle", "segments.b.cycle"],
        "number": number,
        "worlds_a_draw": 2,
    }
    return tables


def test_worlds_take_draws_in_turn() -> None:
    panel = read_panel(drawn(8, number=3))
    assert draw_of_worlds(panel).tolist() == [0, 0, 1, 1, 2, 2, 0, 0]  # type: ignore[union-attr]
    assert draw_of_worlds(read_panel(make_tables(replications=4))) is None


def test_a_draw_is_the_mean_of_its_complete_worlds() -> None:
    panel = read_panel(drop_run(drawn(6), "lockdown", 1))
    groups = draw_of_worlds(panel)
    assert groups is not None
    of_draws = pooled(panel, groups)
    new = {policy: panel.run("new_arr", policy) for policy in panel.policies}
    assert of_draws.replications == (0, 2, 4)
    assert of_draws.run("new_arr", "open").tolist() == [
        new["open"][0],
        new["open"][2:4].mean(),
        new["open"][4:].mean(),
    ]
    assert of_draws.run("new_arr", "lockdown")[0] == new["lockdown"][0]
    assert of_draws.path("new_arr", "open").shape == (3, 104)
    assert of_draws.present.all()


def test_intervals_rest_on_draws_and_counts_on_worlds() -> None:
    plain, answer = compare(make_tables(replications=20)), compare(drawn(20))
    one, other = plain.effects["lockdown", "new_arr"], answer.effects["lockdown", "new_arr"]
    assert other.effect.mean == pytest.approx(one.effect.mean)
    assert (one.effect.n, other.effect.n) == (20, 10)
    assert (one.probability_better, one.variance_ratio) == (other.probability_better, other.variance_ratio)
    summary = answer.summary()
    assert (summary["replications"], summary["doubt"]["draws"]) == (20, 10)
    assert {row["policy"] for row in summary["doubt"]["shares"]} == set(answer.panel.rivals)
    assert "comes from the 2 numbers that the data leave open" in answer.verdict["notes"][-1]
    assert "doubt" not in plain.summary()
    assert answer.verdict["replications"] == 20


def test_where_draws_matter_plain_intervals_would_be_too_narrow() -> None:
    tables = drawn(40)
    rng = np.random.default_rng(3)
    shift = np.repeat(rng.standard_normal(20), 2) * 5e8
    runs = tables.runs.copy()
    here = runs["policy"] == "lockdown"
    runs.loc[here, "new_arr"] += shift[runs.loc[here, "replication"]].astype(np.int64)
    with_draws = compare(replace(tables, runs=runs)).effects["lockdown", "new_arr"].effect
    without = compare(replace(tables, runs=runs, meta={k: v for k, v in tables.meta.items() if k != "draws"}))
    plain = without.effects["lockdown", "new_arr"].effect
    assert (with_draws.high - with_draws.low) > 1.2 * (plain.high - plain.low)  # type: ignore[operator]
