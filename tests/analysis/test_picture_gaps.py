"""Pictures of pilots, signals, pipelines and held-out parts where a cost, a rate, an interval or a number is missing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from drawn import axes, title, words

from analysis.panel import OutcomeInfo, Panel
from analysis.plots import held_out, looks, pilots, signals, style, truth

KNOWN = looks.of_policies(["open", "lockdown"], "open")
NAN = np.nan


def pilot(**changes: float | None) -> dict[str, Any]:
    return {
        "policy": "lockdown", "weeks": 13, "reps": 8, "value": 3e6, "ci_low": 1e6, "ci_high": 5e6,
        "cost": 2e6, "cost_ci_low": 1e6, "cost_ci_high": 3e6, **changes,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "bars", "lines"),
    [({}, 2, 2), ({"cost": None}, 1, 1), ({"cost_ci_high": None}, 2, 1)],
)  # fmt: skip
def test_a_pilot_without_a_cost_or_an_interval_is_drawn_without(
    changes: dict[str, float | None], bars: int, lines: int
) -> None:
    figure = pilots.pilots({"pilots": [pilot(**changes)], "cases": 9, "perfect": 4e6}, KNOWN)
    assert figure is not None
    (ax,) = figure.axes
    assert len(ax.patches) == bars
    assert ax.patches[0].get_width() == pytest.approx(3)
    assert len([line for line in ax.lines if line.get_color() == style.INK]) == lines


def test_without_pilots_there_is_no_picture_of_them() -> None:
    assert pilots.pilots({"pilots": [], "cases": 9, "perfect": 4e6}, KNOWN) is None


def rate(mean: float | None, low: float | None = None, high: float | None = None) -> dict[str, float | None]:
    return {"mean": mean, "ci_low": low, "ci_high": high}


def rule(**changes: Any) -> dict[str, Any]:
    return {
        "week": 6, "signal": "new_arr", "label": "New ARR", "threshold": -0.12, "stop_if": "below",
        "saves": rate(1e6, -1e6, 3e6), "false_stop": rate(0.1, 0.05, 0.2), "missed_stop": rate(0.3, 0.2, 0.4), **changes,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "marks_drawn", "lines"),
    [({}, 2, 2), ({"false_stop": rate(None)}, 1, 1), ({"missed_stop": rate(0.3)}, 2, 1)],
)
def test_a_signal_without_a_rate_or_an_interval_is_drawn_without(
    changes: dict[str, Any], marks_drawn: int, lines: int
) -> None:
    watch = {"policy": "lockdown", "worlds": 20, "signals": [rule(**changes)]}
    figure = signals.signals(watch, KNOWN)
    assert figure is not None
    (ax,) = figure.axes
    assert len([line for line in ax.lines if line.get_marker() != "None"]) == marks_drawn
    assert len([line for line in ax.lines if line.get_marker() == "None"]) == lines
    assert [t.get_text() for t in ax.get_yticklabels()] == ["New ARR, below -12 %"]


def test_signals_of_other_weeks_and_without_a_threshold_are_none() -> None:
    never = [rule(week=13), rule(threshold=None), rule(threshold=-np.inf)]
    watch = {"policy": "lockdown", "worlds": 20, "signals": never}
    assert signals.signals(watch, KNOWN) is None
    assert signals.is_clear(watch, []) is False
    assert signals.title(watch) == (
        "'lockdown': no signal of week 6 clearly beats deciding beforehand, by its chance alone"
    )


def pipelines(true: float, stated: float) -> Any:
    """A comparison of two policies with these pipelines in the first quarter, one twice as large in the second world."""
    weekly = {
        name: np.tile(np.array([[1.0], [2.0], [3.0]]) * value, (2, 1, 30))
        for name, value in ((truth.TRUE, true), (truth.STATED, stated))
    }
    info = {name: OutcomeInfo(name, "cents", 1, True, "last", name) for name in weekly}
    panel = Panel(("open", "lockdown"), "open", (0, 1, 2), 30, 13, info, np.ones((2, 3), bool), {}, weekly)
    return SimpleNamespace(panel=panel)


def test_reports_that_cannot_be_compared_with_a_pipeline_are_said_to_be_so() -> None:
    figure = truth.draw(pipelines(NAN, 100.0))
    assert figure is not None
    assert title(figure) == "Reported and true pipeline"
    assert words(figure).count("reports cannot be compared with the pipeline") == 2
    gap = truth._gap(pipelines(NAN, 100.0), "open")
    assert truth._words(gap) == "cannot be compared with the pipeline"
    told = truth._words(truth._gap(pipelines(100.0, 75.0), "open"))
    assert told.startswith("understate the pipeline by 25")


def test_a_line_of_one_point_is_that_point() -> None:
    ax = axes()
    assert held_out._in_axes(ax, np.array([0.25, 0.5]), np.array([0.75, NAN])).tolist() == [[0.25, 0.75]]
    assert held_out._in_axes(ax, np.array([0.25]), np.array([NAN])).shape == (0, 2)
    many = held_out._in_axes(ax, np.array([0.0, 1.0]), np.array([0.0, 0.5]))
    assert (many[0].tolist(), many[-1].tolist(), len(many)) == ([0, 0], [1, 0.5], 400)


@pytest.mark.parametrize(
    ("highest", "scale"),
    [
        (999.0, (1.0, "EUR")),
        (1e3, (1e3, "thousand EUR")),
        (2e6, (1e6, "million EUR")),
        (3e9, (1e9, "billion EUR")),
    ],
)
def test_money_is_drawn_in_the_largest_unit_that_it_reaches(highest: float, scale: tuple[float, str]) -> None:
    curve: Any = SimpleNamespace(unit="money", y=np.array([NAN, highest, 1.0]))
    assert held_out._scale(curve, "EUR") == scale
    curve.unit = "deals"
    assert held_out._scale(curve, "EUR") == (1.0, "deals")
