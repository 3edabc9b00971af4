"""Trade-offs: fronts with known answers, limits over weeks, prices, and chances that are as often right as they say."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from matplotlib.text import Text

from analysis.panel import AnalysisError, OutcomeInfo, Panel
from analysis.plots.tradeoffs import tradeoffs as picture
from analysis.tradeoffs import Limit, tradeoffs
from analysis.tradeoffs_text import as_data, render_tradeoffs, sentences

INFOS = {
    "new_arr": OutcomeInfo("new_arr", "cents", 1, True, "sum_from_start", "New ARR"),
    "morale_mean": OutcomeInfo("morale_mean", "0-1", 1, True, "mean_from_start", "Morale"),
    "exits": OutcomeInfo("exits", "reps", -1, True, "sum_from_start", "Exits"),
    "size": OutcomeInfo("size", "", 0, False, "", "Size"),
}
WORLDS, WEEKS, START = 40, 12, 4


def panel(
    money: list[float], morale: list[float], exits: list[float], seed: int = 1, noise: float = 0.1
) -> Panel:
    """Policies p0 (baseline), p1, ... with these means; worlds share luck, each policy has a little of its own."""
    rng = np.random.default_rng(seed)

    def drawn(means: list[float]) -> np.ndarray:
        own = noise * rng.normal(0, 1, (len(means), WORLDS))
        return np.array(means)[:, None] + rng.normal(0, 1, WORLDS) + own

    final = {"new_arr": 1e8 * drawn(money), "morale_mean": drawn(morale), "exits": drawn(exits)}
    final["size"] = np.ones_like(final["exits"])
    weekly = {"morale_mean": np.repeat(np.array(morale)[:, None, None], WORLDS, axis=1) * np.ones(WEEKS)}
    names = tuple(f"p{k}" for k in range(len(money)))
    present = np.ones((len(money), WORLDS), bool)
    return Panel(names, "p0", tuple(range(WORLDS)), WEEKS, START, INFOS, present, final, weekly)


TWO = ("new_arr", "morale_mean")


def test_a_policy_that_is_worse_in_all_is_beaten_and_one_that_is_better_in_some_is_not() -> None:
    found = tradeoffs(panel([0, 2, -2, 1], [0, -2, 2, -3], [0] * 4), TWO)
    assert [s.on_front for s in found.standings] == [1, 1, 1, 0]
    assert (
        "beats 'p0', 'p1' and 'p2' in everything; 'p3' is beaten in all by some other." in sentences(found)[0]
    )
    effect = found.standings[1].effects["new_arr"]
    assert effect.low < 2e8 < effect.high
    assert found.standings[0].effects["new_arr"] is None


def test_one_that_is_best_in_each_is_told_so_and_what_was_not_looked_at() -> None:
    found = tradeoffs(panel([0, -2, -1], [0, -2, -1], [0, -5, 5]), TWO)  # fewer exits are better
    first, second = sentences(found)
    assert first == "'p0' has the best mean in each of new ARR and morale: no other policy gives more of any."
    assert second == "Not looked at here: exits, in which 'p1' is clearly better than 'p0' (--outcomes)."
    assert len(sentences(tradeoffs(panel([0, -2, -1], [0, -2, -1], [0, -5, 5]), (*TWO, "exits")))) == 1


def test_a_policy_without_a_number_for_an_outcome_is_left_out_and_not_unbeaten() -> None:
    told = panel([0, -3, 2], [0, -3, 2], [0] * 3)
    told.final["morale_mean"][1] = np.nan
    assert [(s.policy, s.on_front) for s in tradeoffs(told, TWO).standings] == [("p0", 0), ("p2", 1)]


def test_less_is_better_where_an_outcome_says_so() -> None:
    found = tradeoffs(panel([0, 1], [0, 0], [0, -1]), ("new_arr", "exits"))
    assert [s.on_front for s in found.standings] == [0, 1]
    assert found.standings[1].effects["exits"].mean == pytest.approx(-1, abs=0.1)


def test_the_worst_tenth_is_that_of_the_difference() -> None:
    one = panel([0, 1], [0, 0], [0, 1])
    found = tradeoffs(one, ("new_arr", "exits")).standings[1]
    lead = np.sort(one.final["new_arr"][1] - one.final["new_arr"][0])
    assert found.worst["new_arr"] == pytest.approx(lead[:4].mean())
    more = np.sort(one.final["exits"][1] - one.final["exits"][0])
    assert found.worst["exits"] == pytest.approx(more[-4:].mean())


def test_chances_of_being_unbeaten_are_fair_between_equals() -> None:
    """Of two policies alike in one outcome and equal in the other, which is ahead is luck: chances spread over 0 to 1."""
    chances = []
    for seed in range(200):
        one = panel([0, 0], [0, 1], [0, 0], seed, 1.0)
        chances.append(tradeoffs(one, TWO).standings[0].on_front)
    below = np.mean(np.array(chances) < 0.1)
    assert (
        0.04 <= below <= 0.18
    )  # a tenth, within three standard errors and the little that means_likely is too sure
    assert 0.4 <= np.mean(chances) <= 0.6


def test_limits_look_at_the_worst_week_from_the_start_on() -> None:
    one = panel([0, 1, 2], [0.6, 0.7, 0.8], [0, 0, 0])
    one.weekly["morale_mean"][1, :10, START + 1] = 0.4  # a quarter of the worlds
    one.weekly["morale_mean"][2, :, START - 1] = 0.4  # before the policy
    found = tradeoffs(one, TWO, [Limit("morale_mean", 0.5, True)])
    assert [s.kept[0].mean for s in found.standings] == [1, 0.75, 1]
    assert [s.keeps for s in found.standings] == [True, False, True]
    assert sentences(found)[1] == "morale never below 0.500: kept in 95% of worlds or more by 'p0' and 'p2'."


def test_prices_are_the_readers_and_choose_among_those_that_keep_the_limits() -> None:
    one = panel([0, 1, 2], [0.6, 0.6, 0.4], [0, 0, 30])
    prices = {"new_arr": 1.0, "exits": 1e7}  # 100,000 for each who leaves
    found = tradeoffs(one, TWO, (), prices)
    gain = (
        one.final["new_arr"][2]
        - one.final["new_arr"][0]
        - 1e7 * (one.final["exits"][2] - one.final["exits"][0])
    )
    assert found.standings[2].value.mean == pytest.approx(gain.mean())
    assert [round(s.best, 2) for s in found.standings] == [0, 1, 0]
    free = tradeoffs(one, TWO, (), {"new_arr": 1.0})
    assert [round(s.best, 2) for s in free.standings] == [0, 0, 1]
    limited = tradeoffs(one, TWO, [Limit("morale_mean", 0.5, True)], {"new_arr": 1.0})
    assert [s.best for s in limited.standings] == [
        pytest.approx(0, abs=0.01),
        pytest.approx(1, abs=0.01),
        None,
    ]
    none = tradeoffs(one, TWO, [Limit("morale_mean", 0.9, True)], {"new_arr": 1.0})
    assert sentences(none)[-1] == "By your prices none is best: no policy keeps your limits."


def test_what_cannot_be_traded_is_refused() -> None:
    one = panel([0, 1], [0, 1], [0, 1])
    for names, message in (
        (("new_arr", "nothing"), "no outcome 'nothing'"),
        (("new_arr", "size"), "neither better"),
    ):
        with pytest.raises(AnalysisError, match=message):
            tradeoffs(one, names)
    one.present[1, 2:] = False
    with pytest.raises(AnalysisError, match="at least 3 worlds"):
        tradeoffs(one, TWO)


def test_it_is_told_drawn_and_given_as_data() -> None:
    found = tradeoffs(
        panel([0, 1], [0, -1], [0, 1]), ("new_arr", "morale_mean", "exits"), (), {"new_arr": 1.0}
    )
    assert len(render_tradeoffs(found)) == 4
    assert as_data(found)["policies"][1]["outcomes"]["exits"]["worst_tenth"] > 0
    assert len(picture(found).axes) == 2


def test_names_of_policies_that_lie_together_do_not_cover_each_other() -> None:
    many = 14
    found = tradeoffs(
        panel([0.1 * (k % 3) for k in range(many)], [0.1 * (k % 4) for k in range(many)], [0] * many), TWO
    )
    figure = picture(found)
    (ax,) = figure.axes
    boxes = [Text.get_window_extent(name) for name in ax.texts if name.get_text().startswith("p")]
    assert len(boxes) == many
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
