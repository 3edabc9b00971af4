"""Pictures of little: nothing to draw, no interval, no font, no room; each says so or leaves out what is not there."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from drawn import axes, title, words
from matplotlib.patches import PathPatch
from matplotlib.text import Annotation, Text

from analysis.crossover import Crossover
from analysis.plots import fonts, heat, hurt, labels, life, looks, marks, series
from analysis.plots.flow import busiest, flow
from analysis.scenes import Scenes
from analysis.who import Person

KNOWN = looks.of_policies(["open", "lockdown"], "open")
NAN = np.nan


class Fonts:
    """The list of fonts that matplotlib knows, and those that lie on a machine."""

    def __init__(self, known: list[str], files: Mapping[str, str]) -> None:
        self.ttflist = [SimpleNamespace(name=name) for name in known]
        self.files, self.looked, self.added = files, 0, list[str]()
        self.fontManager = self

    def findSystemFonts(self) -> list[str]:  # noqa: N802
        self.looked += 1
        return list(self.files)

    def addfont(self, path: str) -> None:
        self.added.append(path)
        self.ttflist.append(SimpleNamespace(name=self.files[path]))


CJK, WQY = "/f/NotoSansCJK-Regular.ttc", "/f/wqy-zenhei.ttc"


@pytest.mark.parametrize(
    ("known", "files", "found", "added"),
    [
        (["SimHei", "Noto Sans SC"], {CJK: "Noto Sans CJK SC"}, "Noto Sans SC", []),  # known: nobody looks further
        (["DejaVu Sans"], {WQY: "WenQuanYi Zen Hei", "/f/Arial.ttf": "Arial", CJK: "Noto Sans CJK SC"},
         "Noto Sans CJK SC", [CJK, WQY]),
        (["DejaVu Sans"], {"/f/Arial.ttf": "Arial"}, None, []),
        (["DejaVu Sans"], {"/f/NotoSansCJKkr.otf": "Noto Sans CJK KR"}, None, ["/f/NotoSansCJKkr.otf"]),
        (["DejaVu Sans"], {}, None, []),
    ],
)  # fmt: skip
def test_a_chinese_font_is_one_that_is_known_or_lies_on_the_machine(
    monkeypatch: pytest.MonkeyPatch, known: list[str], files: dict[str, str], found: str | None, added: list[str]
) -> None:  # fmt: skip
    there = Fonts(known, files)
    monkeypatch.setattr(fonts, "font_manager", there)
    assert fonts.chinese.__wrapped__() == found
    assert there.added == added
    assert there.looked == (0 if "SimHei" in known else 1)


def test_a_name_for_which_there_is_no_room_stands_at_the_first_place() -> None:
    ax = axes(1, 0.4)
    labels.beside(ax, [("a name that is longer than the picture", 0.5, 0.5, "black")])
    (name,) = (t for t in ax.texts if isinstance(t, Annotation))
    assert (name.xyann, name.get_horizontalalignment(), name.get_verticalalignment()) == (
        (6, 5),
        "left",
        "bottom",
    )
    assert name.arrow_patch is None  # beside its point, so that no line leads there


def test_names_cover_neither_dots_nor_names_and_stay_inside() -> None:
    ax = axes()
    labels.beside(ax, [("edge", 0.99, 0.5, "black"), ("one", 0.3, 0.5, "black"), ("two", 0.3, 0.5, "black")])
    names = [t for t in ax.texts if isinstance(t, Annotation)]
    renderer = ax.figure.canvas.get_renderer()
    boxes = [Text.get_window_extent(name, renderer) for name in names]
    assert not any(a.overlaps(b) for k, a in enumerate(boxes) for b in boxes[:k])
    assert not any(
        box.contains(*ax.transData.transform(point)) for box in boxes for point in ((0.3, 0.5), (0.99, 0.5))
    )
    assert [name.get_horizontalalignment() for name in names] == ["right", "left", "left"]
    assert names[0].xyann[0] == -names[1].xyann[0]
    assert names[1].xyann[1] == -names[2].xyann[1]


@pytest.mark.parametrize(
    ("found", "bar", "circle"),
    [
        (Crossover(None, None, None, "", 0, None), None, None),
        (Crossover(30, None, None, "overtakes", 1, 1.0), None, 30),
        (Crossover(30, 25, 40, "overtakes", 1, 1.0), [25, 40], 30),
        (Crossover(30, 25, None, "overtakes", 1, 1.0), [25, 51], 30),
        (Crossover(None, 25, None, "", 0, None), [25, 51], None),
    ],
)
def test_the_marks_of_a_crossover_are_those_it_has(
    found: Crossover, bar: list[int] | None, circle: int | None
) -> None:
    ax = axes()
    marks.crossing(ax, found, 51, "black", 7)
    bars = [list(line.get_xdata()) for line in ax.lines if line.get_marker() == "None"]
    circles = [list(line.get_xdata()) for line in ax.lines if line.get_marker() == "o"]
    assert bars == ([] if bar is None else [bar])
    assert circles == ([] if circle is None else [[circle]])
    assert all(set(line.get_ydata()) == {0} for line in ax.lines)


def test_quantiles_are_of_the_worlds_that_have_a_number() -> None:
    values = np.array([[1.0, 1.0, NAN], [2.0, NAN, NAN], [9.0, 3.0, NAN]])
    assert series.quantiles(values, (0.5, 1.0)).tolist()[0][:2] == [2.0, 2.0]
    assert series.quantiles(values, (0.5, 1.0)).tolist()[1][:2] == [9.0, 3.0]
    assert np.isnan(series.quantiles(values, (0.5, 1.0))[:, 2]).all()
    assert series.quantiles(values[:, 1:], (0.0,))[0][0] == 1.0  # no week in which all have one
    assert np.isnan(series.quantiles(values[:0], (0.5,))).all()


def scenes(**moved: list[list[int]]) -> Scenes:
    """One world with two industries, two teams and two weeks under each policy."""
    lows = {"open": 0.5, "lockdown": 0.65}
    rows = [
        {"policy": policy, "world": 0, "segments": ["retail", "banks"], "weeks": [13, 14], "moved": counts,
         "morale": [[0.7, 0.7], [0.7, lows[policy]]]}
        for policy, counts in moved.items()
    ]  # fmt: skip
    return Scenes("open", rows)


def test_accounts_that_nobody_hands_over_have_no_band_and_one_world_has_no_interval() -> None:
    one = scenes(open=[[0, 0], [0, 0]], lockdown=[[3, 1], [0, 2]])
    assert busiest(one) == "lockdown"
    figure = flow(one, "lockdown")
    (ax,) = figure.axes
    assert len([patch for patch in ax.patches if isinstance(patch, PathPatch)]) == 3
    assert words(figure) == ["retail  4", "banks  2", "retail  3", "banks  3"]
    assert title(figure).startswith(
        "Under 'lockdown' 6 accounts change hands; most come from reps of retail,"
    )
    assert busiest(scenes(open=[[0, 0], [0, 0]])) is None


def test_morale_that_is_lowest_under_the_baseline_is_compared_with_nothing() -> None:
    none = [[0, 0], [0, 0]]
    assert heat.title(scenes(open=none, lockdown=none)) == (
        "Morale is lowest under 'open' in week 14: 0.50 in the lowest team"
    )


def group(kind: str, name: str, mean: float, high: float | None) -> dict[str, Any]:
    return {"kind": kind, "name": name, "won": {"mean": mean, "ci_low": 2 * mean, "ci_high": high}}


def who(*groups: dict[str, Any]) -> dict[str, Any]:
    return {"hurt": [], "groups": list(groups), "policy": "lockdown", "baseline": "open", "worlds": 4}


@pytest.mark.parametrize(
    ("worst", "said"),
    [
        (
            group("tenure", "first year", -2e6, -1e6),
            "reps who have been there less than a year lose most: 2.00 M",
        ),
        (group("tenure", "2 to 3", -2e6, -1e6), "reps who have been there 2 to 3 lose most: 2.00 M"),
        (group("talent", "lowest third", -2e6, -1e6), "reps in the lowest third of talent lose most: 2.00 M"),
        (group("segment", "retail", -2e6, -1e6), "reps of retail lose most: 2.00 M"),
    ],
)
def test_those_who_lose_most_are_called_what_they_are(worst: dict[str, Any], said: str) -> None:
    told = hurt.title(who(group("all", "all", -9e9, -8e9), group("segment", "banks", -1.0, 1.0), worst))
    assert told.startswith(f"Under 'lockdown' {said} a person,")
    assert told.endswith("1 of 2 groups clearly lose")


def test_where_nobody_loses_there_is_no_picture_of_the_hurt() -> None:
    assert hurt.hurt(who(), KNOWN) is None
    assert hurt.groups(who(group("segment", "retail", -1.0, None) | {"won": {"ci_low": None}}), KNOWN) is None


def lived(policy: str, left: int | None) -> SimpleNamespace:
    """Four weeks of two people; the second resigns in a week."""
    gone = np.zeros((4, 2), int)
    if left is not None:
        gone[left - 20, 1] = 1
    reps = {name: np.ones((4, 2)) for name in ("won", "contracts", "morale", "knowledge")}
    return SimpleNamespace(policy=policy, weeks=np.arange(20, 24), reps={**reps, "left": gone})


def test_a_life_ends_with_a_dot_in_the_week_in_which_somebody_leaves() -> None:
    person = Person(
        1, 60, 0.5, "retail", 3, (1e6, 5e5), (0.7, 0.5), (None, (22, "resigned")), (0, 2), (1, 0), (0.0, 0.1)
    )
    figure = life.life([lived("open", None), lived("lockdown", 22)], person)
    for ax in figure.axes:
        whole, short, dot = ax.lines
        assert (list(whole.get_xdata()), list(short.get_xdata())) == ([20, 21, 22, 23], [20, 21, 22])
        assert (dot.get_marker(), list(dot.get_xdata())) == ("o", [22])
        assert dot.get_ydata()[0] == short.get_ydata()[-1]
        assert dot.get_color() == short.get_color() == looks.COLOURS[0]
    assert figure.axes[0].lines[0].get_ydata()[-1] == pytest.approx(4e-6)  # money adds up, in millions
