"""The decision: right when clear, undecided when not, wrong as rarely as stated."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.panel import AnalysisError, OutcomeInfo, Panel
from analysis.verdict import decide, shorter_horizon


def panel(values: np.ndarray, direction: int = 1, weekly: np.ndarray | None = None, start: int = 0) -> Panel:
    names = tuple("abcdefgh"[: len(values)])
    info = OutcomeInfo("money", "cents", direction, weekly is not None, "sum_from_start", "Money")
    return Panel(
        policies=names,
        baseline="a",
        replications=tuple(range(values.shape[1])),
        weeks=1 if weekly is None else weekly.shape[2],
        start_week=start,
        outcomes={"money": info},
        present=np.isfinite(values),
        final={"money": values},
        weekly={} if weekly is None else {"money": weekly},
    )


def noisy(means: list[float], n: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.array(means)[:, None] + rng.normal(0, 5, n) + rng.normal(0, 1, (len(means), n))


def test_a_clear_winner_is_decided() -> None:
    found = decide(panel(noisy([0, 1, 3], 40)), "money")
    assert (found.best, found.decided, found.rival) == ("c", True, "b")
    assert found.probability_best["c"] == pytest.approx(1.0)
    assert found.expected_regret["c"] == 0.0
    assert found.expected_regret["a"] == pytest.approx(3.0, abs=0.5)
    assert found.more_replications is None


def test_less_is_better() -> None:
    assert decide(panel(noisy([0, 1, 3], 40), direction=-1), "money").best == "a"


def test_the_baseline_can_win() -> None:
    found = decide(panel(noisy([3, 0, 1], 40)), "money")
    assert (found.best, found.decided) == ("a", True)


def test_a_close_race_is_undecided_and_says_how_many_more() -> None:
    found = decide(panel(noisy([0, 2.0, 2.2], 12, seed=4)), "money")
    assert not found.decided
    assert found.more_replications is not None
    # Known sd of the difference (sqrt 2): the forecast follows from the observed margin.
    assert found.margin is not None
    assert found.margin.mean is not None
    sd = float(np.std(np.subtract(*_two(found, noisy([0, 2.0, 2.2], 12, seed=4))), ddof=1))
    expected = ((2.2414 + 0.8416) * sd / found.margin.mean) ** 2 + 2 - 12
    assert found.more_replications == pytest.approx(expected, abs=2)


def _two(found: object, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return values["abc".index(found.best)], values["abc".index(found.rival)]  # type: ignore[attr-defined]


def test_the_forecast_of_replications_settles_most_experiments() -> None:
    settled = 0
    for seed in range(60):
        # Two sd-units of 1.414; true margin 0.5 needs about ((1.96 + 0.84) * 1.414 / 0.5)^2 = 63 pairs.
        settled += decide(panel(noisy([0, 0.5], 65, seed)), "money").decided
    assert 0.65 <= settled / 60 <= 0.93


def test_equal_policies_share_the_probability() -> None:
    base = noisy([0], 20)[0]
    found = decide(panel(np.array([base, base + 1, base + 1])), "money")
    assert found.probability_best == {"a": 0.0, "b": 0.5, "c": 0.5}
    assert not found.decided
    assert found.more_replications is None
    assert found.margin is not None
    assert found.margin.mean == 0


def test_wrong_decisions_are_rare_when_all_policies_are_equal() -> None:
    trials = 400
    decided = sum(decide(panel(noisy([0] * 5, 15, seed)), "money").decided for seed in range(trials))
    # Each of k = 5 equal policies is declared best with at most 0.025/(k - 1): 3.1 % together.
    assert decided / trials <= 0.031 + 3 * np.sqrt(0.031 * 0.969 / trials)


def test_a_failed_run_drops_only_its_pair() -> None:
    values = noisy([0, 1, 3], 40)
    whole = decide(panel(values), "money")
    values[1, 3] = np.nan
    found = decide(panel(values), "money")
    assert found.replications == 40
    assert found.probability_best["c"] == pytest.approx(whole.probability_best["c"], abs=0.01)


def test_a_policy_without_any_run_has_no_chance_stated() -> None:
    values = noisy([0, 1, 3], 10)
    values[1] = np.nan
    found = decide(panel(values), "money")
    assert found.probability_best["b"] is None
    assert found.best == "c"


@pytest.mark.parametrize("n", [1, 2])
def test_few_replications_decide_nothing(n: int) -> None:
    found = decide(panel(noisy([0, 1, 3], n)), "money")
    assert not found.decided
    assert set(found.probability_best.values()) == {None}


def test_no_better_side_is_refused() -> None:
    with pytest.raises(AnalysisError, match="no better side"):
        decide(panel(noisy([0, 1], 5), direction=0), "money")


def test_a_late_winner_changes_the_verdict_at_80_percent() -> None:
    weeks = 50
    rng = np.random.default_rng(0)
    weekly = rng.normal(0, 0.1, (2, 20, weeks))
    weekly[1, :, 5:30] -= 1.0
    weekly[1, :, 40:] += 4.0
    shown = panel(weekly[..., 5:].sum(axis=2), weekly=weekly, start=5)
    verdict = decide(shown, "money")
    early = shorter_horizon(shown, verdict)
    assert verdict.best == "b"
    assert early is not None
    assert (early.weeks, early.best, early.changed) == (40, "a", True)
