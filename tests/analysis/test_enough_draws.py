"""When a verdict over draws may say "decided": two policies that are equal on average, in made-up worlds.

Worlds are nested in draws, two each. Differences are a part that the draw decides, of several forms, and luck. At most
5 % of experiments may say "decided"; each bound leaves the error of its number of experiments (p = .001, fixed seeds).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest
from synthetic import make_tables

from analysis import compare, plots
from analysis.doubt import pooled
from analysis.paired import skew_interval, t_interval
from analysis.panel import OutcomeInfo, Panel
from analysis.until import Rule
from analysis.verdict import LEAST_DRAWS, decide

TRIALS = 300
MONEY = {"money": OutcomeInfo("money", "cents", 1, False, "sum", "Money")}


def of_draws(form: str, rng: np.random.Generator, draws: int) -> np.ndarray:
    """What draws make of a difference: mean 0, variance 1."""
    if form == "normal":
        return rng.standard_normal(draws)
    if form == "heavy":
        return rng.standard_t(4, draws) / np.sqrt(2)
    if form == "skewed":
        return rng.exponential(size=draws) - 1
    return np.where(rng.random(draws) < 0.2, -2.0, 0.5)  # a fifth of all draws turns the answer


def decided(
    form: str, luck: float, draws: int, policies: int, seed: int, lead: float = 0.0, of: bool = True
) -> bool:
    """Whether two worlds a draw decide; `luck`: its share of the variance of a world's difference, `of`: draws or worlds."""
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(draws), 2)
    values = 100 + rng.standard_normal(2 * draws) * np.ones((policies, 1))
    for k in range(1, policies):
        parts = of_draws(form, rng, draws)[groups], rng.standard_normal(2 * draws)
        values[k] += lead + np.sqrt(1 - luck) * parts[0] + np.sqrt(luck) * parts[1]
    names = tuple("abcdefg"[:policies])
    panel = Panel(
        names,
        "a",
        tuple(range(2 * draws)),
        1,
        0,
        MONEY,
        np.ones(values.shape, dtype=bool),
        {"money": values},
        {},
    )
    return decide(pooled(panel, groups) if of else panel, "money", of_draws=of).decided


@pytest.mark.parametrize("luck", [0.0, 0.5])
@pytest.mark.parametrize("form", ["normal", "heavy", "skewed", "turns"])
def test_two_equal_policies_are_seldom_told_apart(form: str, luck: float) -> None:
    said = sum(decided(form, luck, LEAST_DRAWS, 2, seed) for seed in range(TRIALS))
    assert binomtest(said, TRIALS, 0.05, alternative="greater").pvalue > 0.001


def test_nor_are_five() -> None:
    said = sum(decided("skewed", 0.2, LEAST_DRAWS, 5, seed) for seed in range(TRIALS))
    assert binomtest(said, TRIALS, 0.05, alternative="greater").pvalue > 0.001


@pytest.mark.parametrize("draws", [2, 3, LEAST_DRAWS - 1])
def test_fewer_draws_decide_nothing_however_clear(draws: int) -> None:
    assert not any(decided("normal", 0.5, draws, 2, seed, lead=50.0) for seed in range(20))


def test_enough_draws_decide_what_is_clear() -> None:
    assert sum(decided("normal", 0.5, LEAST_DRAWS, 2, seed, lead=2.0) for seed in range(100)) >= 99


def test_without_the_rule_few_draws_and_worlds_for_draws_would_be_wrong() -> None:
    # Three draws of which a fifth turns the answer: none of them does in half of all experiments.
    rng = np.random.default_rng(5)
    three = [
        t_interval(of_draws("turns", rng, 3) + 0.01 * rng.standard_normal(3)).clear for _ in range(TRIALS)
    ]
    assert sum(three) > 0.3 * TRIALS
    worlds = sum(decided("normal", 0.0, LEAST_DRAWS, 2, seed, of=False) for seed in range(TRIALS))
    assert worlds > 0.1 * TRIALS


def test_skewness_widens_the_side_of_the_long_tail() -> None:
    values = np.random.default_rng(2).exponential(size=20)
    plain, wide = t_interval(values), skew_interval(values)
    assert (wide.mean, wide.low) == (plain.mean, plain.low)
    assert wide.high > plain.high  # type: ignore[operator]
    turned = skew_interval(-values)
    assert (turned.low, turned.high) == pytest.approx((-wide.high, -plain.low))  # type: ignore[operator]
    assert skew_interval(np.arange(5.0)) == t_interval(np.arange(5.0))
    assert skew_interval(np.full(5, 2.0)) == t_interval(np.full(5, 2.0))


def test_the_sentence_says_how_many_draws_a_verdict_needs() -> None:
    tables = make_tables(replications=6, policies=("open", "lockdown_all"), noise=0.01)
    facts = {"names": ["loss"], "number": 200, "worlds_a_draw": 2}
    few = compare(replace(tables, meta={**tables.meta, "draws": facts}))
    assert not few.verdict["decided"]
    assert "was drawn 3 times only; a verdict needs 15 draws" in few.verdict["why"]
    assert "(--replications 30)" in few.verdict["why"]
    assert (few.decision.draws, few.decision.least_draws, few.decision.more_replications) == (3, 15, 24)
    assert plots.title(few, "forest").endswith("3 draws of what is uncertain are too few to judge by")
    assert compare(tables).verdict["decided"]
    short = compare(replace(tables, meta={**tables.meta, "draws": {**facts, "number": 4}}))
    assert "a verdict needs 15 draws" in short.verdict["why"]
    assert "and the scenario has 4" in short.verdict["why"]
    assert short.decision.more_replications is None


@pytest.mark.parametrize(("replications", "decided"), [(28, False), (30, True)])
def test_nor_do_fewer_draws_where_worlds_were_added_until_it_is_decided(
    replications: int, decided: bool
) -> None:
    tables = make_tables(replications, policies=("open", "lockdown_all"), noise=0.01)
    rule = {"rule": Rule(first=3, most=replications).data()}
    facts = {"names": ["loss"], "number": 200, "worlds_a_draw": 2}
    found = compare(replace(tables, meta={**tables.meta, "draws": facts, "until": rule})).verdict
    # One of the first looks leaves one policy; so few draws decide nothing, however clear.
    assert not found["decided"]
    assert found["draws"] < LEAST_DRAWS
    rule = {"rule": Rule(first=LEAST_DRAWS, most=replications).data()}
    found = compare(replace(tables, meta={**tables.meta, "draws": facts, "until": rule})).verdict
    assert (found["decided"], found["draws"]) == (decided, replications // 2)
    assert found["state"] == ("Decided" if decided else "Not decided")
