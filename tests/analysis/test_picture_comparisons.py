"""Pictures of comparisons, sweeps and sensitivities that lack a rival, a flow, a finished pair, axes or intervals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from drawn import title, words
from matplotlib.colors import to_rgb
from synthetic import make_tables

from analysis import compare
from analysis.comparison import Comparison
from analysis.paired import Estimate
from analysis.panel import OutcomeInfo
from analysis.plots import forest, lead, money, panels, sensitivity, style, sweep
from analysis.plots.tradeoffs import tradeoffs as picture
from analysis.sensitivity import Answer, Target
from analysis.spread import Bounded
from analysis.sweep_axes import Along, Slice
from analysis.tradeoffs import Standing, Tradeoffs

NONE = Estimate(None, None, None, 0, "no finished pair")
MONEY = OutcomeInfo("new_arr", "cents", 1, True, "sum_from_start", "New ARR")
EXITS = OutcomeInfo("exits", "reps", -1, True, "sum_from_start", "Exits")
MORALE = OutcomeInfo("morale_mean", "0-1", 1, True, "mean_from_start", "Morale")


@pytest.fixture
def answer() -> Comparison:
    return compare(make_tables(4, policies=("open", "lockdown", "adaptive"), weeks=20))


def test_a_policy_alone_has_no_picture_of_differences() -> None:
    alone = compare(make_tables(4, policies=("open",), weeks=20))
    assert [module.draw(alone) for module in (forest, money, panels)] == [None, None, None]
    assert [module.possible(alone) for module in (forest, money, panels)] == [False, False, False]
    assert lead.lead(alone, ["open"]) is None


def test_without_a_flow_there_is_no_picture_of_money(answer: Comparison) -> None:
    still = replace(answer, depths={})
    assert money.draw(still) is None
    assert lead.lead(still, ["lockdown"]) is None
    assert lead.title(still, "lockdown") == ""
    assert lead.lead(answer, []) is None


@pytest.mark.parametrize(("end", "side"), [(5e9, "above"), (-5e9, "below")])
def test_a_quota_that_is_too_far_to_draw_is_told(answer: Comparison, end: float, side: str) -> None:
    quota = [np.array([0.0, end])] * 3
    assert lead._about_quota(quota, True, answer) == (
        f" All quotas together end 50.0 M {side} what 'open' books, growth of contracts included: not drawn."
    )
    assert "Dotted" in lead._about_quota(quota, False, answer)
    assert lead._far(quota, [[np.array([0.0, 1e9])]])
    assert not lead._far(quota, [[np.array([0.0, -2e9])]])


def test_a_policy_without_a_finished_pair_has_no_end_and_no_difference(answer: Comparison) -> None:
    at = answer.panel.policies.index("lockdown")
    answer.panel.weekly["new_arr"][at] = np.nan
    figure = money.draw(answer)
    assert figure is not None
    assert words(figure).count("no finished pair") == 1
    key = "lockdown", "new_arr"
    answer.effects[key] = replace(answer.effects[key], effect=NONE, percent=NONE)
    figure = forest.draw(answer)
    assert figure is not None
    first, *others = figure.axes[: len(forest.chosen(answer))]
    assert [text.get_text() for text in first.texts].count("n/a") == 1
    assert not any("n/a" in text.get_text() for ax in others for text in ax.texts)
    dots = [[line for line in ax.lines if line.get_marker() == "o"] for ax in (first, others[0])]
    assert [len(drawn) for drawn in dots] == [1, 2]


def shares() -> Answer:
    """Three inputs: one matters, one does nothing beyond luck, one acts with others alone."""
    total = Bounded(np.array([0.7, 0.1, 0.4]), np.array([0.5, 0.0, 0.3]), np.array([0.9, 0.2, 0.5]))
    first = Bounded(np.array([0.6, 0.02, -0.05]), np.zeros(3), np.ones(3))
    target = Target("lockdown", "open", "new_arr")
    return Answer(target, MONEY, ("a", "b", "c"), {"first": first, "total": total}, 1.0, 2.0, 0.1,
                  np.array([0.05, 0.05, np.nan]))  # fmt: skip


def test_shares_of_the_variance_are_drawn_whole_and_by_themselves() -> None:
    figure = sensitivity.tornado([shares()])
    (ax,) = figure.axes
    assert ax.get_xlabel() == "share of the variance"
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "c", "b"]
    assert [bar.get_width() for bar in ax.patches] == pytest.approx([0.7, 0.4, 0.1, 0.6, 0.0, 0.02])
    colours = [bar.get_facecolor()[:3] for bar in ax.patches[3:]]
    wanted = [to_rgb(sensitivity.RAISES)] * 2 + [to_rgb(style.FAINT)]  # pale where luck could give as much
    assert colours == wanted
    assert len([line for line in ax.lines if line.get_linestyle() == ":"]) == 2  # no floor is known of c
    assert title(figure) == "a moves new ARR of lockdown less open most"


def test_the_map_of_shares_is_not_measured_by_its_largest() -> None:
    figure = sensitivity.heat_map([shares()])
    assert words(figure) == ["0.70", "0.40", "(0.10)"]
    screened = replace(shares(), estimates={"mu_star": shares().weight, "mu": shares().weight})
    assert words(sensitivity.heat_map([screened])) == ["1.00", "0.57", "(0.14)"]


def along(*effects: Estimate) -> Along:
    """Parts of an axis from 0 to 4, as wide each."""
    ends = np.linspace(0, 4, len(effects) + 1)
    parts = zip(ends[:-1], ends[1:], effects, strict=True)
    return Along("a", "weeks", tuple(Slice("", low, high, one) for low, high, one in parts), 0.5, True, False)


def swept(*axes: tuple[Along, ...]) -> Any:
    """A policy for each tuple of axes, over five points."""
    effects = [
        SimpleNamespace(policy=f"p{k}", at=(0, 1, 2, 3, 4), points=np.arange(5) * 1e8, axes=one)
        for k, one in enumerate(axes)
    ]
    meta = {"baseline": "open", "policies": ["open", *(one.policy for one in effects)]}
    return SimpleNamespace(effects=effects, info=MONEY, meta=meta, axes={"a": pd.Series([0.0, 1, 2, 3, 4])})


def test_parts_of_an_axis_without_a_mean_or_an_interval_are_drawn_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweep, "title", lambda answer: "Title")
    one = along(Estimate(1e8, 0.0, 2e8, 5), Estimate(2e8, None, None, 1), NONE)
    figure = sweep.sweep_plot(swept((one,), ()))
    (ax,) = figure.axes  # columns without an axis are gone, and the whole row of the policy that has none
    assert ax.get_xlabel() == "a, weeks"
    assert ax.get_ylabel().startswith("p0\n")
    bars = [list(line.get_xdata()) for line in ax.lines if line.get_color() == style.INK]
    assert bars == [pytest.approx([0, 4 / 3]), pytest.approx([4 / 3, 8 / 3])]
    dots, *bands = ax.collections
    assert len(dots.get_offsets()) == 5
    assert len(bands) == 1


def test_a_sweep_of_too_few_points_writes_no_picture(tmp_path: Path) -> None:
    assert sweep.write_plot(swept((), ()), tmp_path / "new") == []
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("outcomes", [(EXITS, MORALE), (MORALE, EXITS), (MONEY, MORALE)])
def test_right_and_up_is_better_even_where_less_is(outcomes: tuple[OutcomeInfo, OutcomeInfo]) -> None:
    effects = {info.name: Estimate(float(info.direction), None, None, 9) for info in outcomes}
    standings = (
        Standing("open", dict.fromkeys(effects), {}, 0.0, (), True), Standing("lockdown", effects, {}, 1.0, (), True),
    )  # fmt: skip
    found = Tradeoffs(outcomes, "open", 9, {}, False, (), {}, standings, {})
    (ax,) = picture(found).axes
    better, base = (ax.transData.transform((line.get_xdata()[0], line.get_ydata()[0])) for line in dots(ax))
    assert (better > base).all()
    assert (ax.xaxis_inverted(), ax.yaxis_inverted()) == tuple(info.direction < 0 for info in outcomes)


def dots(ax: Any) -> list[Any]:
    """The filled one first."""
    drawn = [line for line in ax.lines if line.get_marker() == "o"]
    return sorted(drawn, key=lambda line: line.get_markerfacecolor() == "white")
