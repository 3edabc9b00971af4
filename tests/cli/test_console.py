from __future__ import annotations

import pytest

from analysis.tables import titled
from app import console
from app.console import duration, finite, money, plain


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        (0, "0"), (9949, "99"), (99_950, "1000"), (100_000, "1.00k"), (99_940_000, "999k"),
        (99_960_000, "1.00M"), (-123_456_789, "-1.23M"), (12_345_678_900, "123M"),
        (999_400_000_000, "9.99G"), (float("nan"), "n/a"),
    ],
)  # fmt: skip
def test_money_has_three_figures(cents: float, text: str) -> None:
    assert money(cents) == text


def test_durations_are_in_words() -> None:
    assert [duration(s) for s in (3.21, 42, 600, 9000)] == ["3.2 s", "42 s", "10 min", "2.5 h"]


def test_text_cannot_drive_the_terminal() -> None:
    assert plain("a\x1b[31mb\nc") == "a\\x1b[31mb\\nc"
    assert plain("a\nb", lines=True) == "a\nb"


def test_json_has_no_nan() -> None:
    assert finite({"a": [float("nan"), 1.5, float("inf")], 2: (True, None)}) == {
        "a": [None, 1.5, None],
        "2": [True, None],
    }


@pytest.mark.parametrize("make", [console.table, lambda title, columns, rows: titled(title, columns)])
def test_a_title_is_not_broken_where_a_small_table_ends(make, capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    title = "What knowing it alone is worth, new ARR a year"
    console.show(make(title, ("name",), [("a",)]))
    assert title in capsys.readouterr().out
    console.show(make("word " * 60, ("name",), [("a",)]))
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


def test_the_narrowest_terminal_has_room_for_words(capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "1")
    console.show("a policy for every team", console.table("what it brings", ("name",), [("lockdown",)]))
    assert "a policy for every team" in capsys.readouterr().out.splitlines()
