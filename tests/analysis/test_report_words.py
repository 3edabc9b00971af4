"""Words and figures of the report that would mislead: torn figures, printed zeros, costs below zero, quotas far away."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from found_data import found
from markupsafe import Markup
from synthetic import make_tables

from analysis import compare
from analysis.plots import lead, pilots
from analysis.report.sections import flip
from analysis.report.words import factor, isolated, shows

HEBREW = "\u05d0\u05d1 \u05d2"


def test_figures_beside_a_name_from_right_to_left_stay_in_place() -> None:
    told = f"its lead over '{HEBREW}', 32 k [-89, 153]"
    assert isolated(told) == f"its lead over '\u2068{HEBREW}\u2069', 32 k [-89, 153]"
    assert isinstance(isolated(Markup("<b>a</b>")), Markup)
    assert isolated("open, 32 k") == "open, 32 k"
    assert isolated(3) == 3


def test_what_prints_as_zero_is_neither_better_nor_worse() -> None:
    assert not shows("0.0000 [0.0000, 0.0000]")
    assert shows("-0.0003 [-0.0006, 0.0000]")


def test_no_gain_of_pairing_has_eight_digits() -> None:
    assert factor(28_621_424.2) == "over 10,000x"
    assert factor(3.84) == "3.8x"


@pytest.mark.parametrize(
    ("value", "cost", "high", "told"),
    [
        (0.0, 3e4, 5e4, "is worth nothing beyond chance and costs 30 k once"),
        (0.0, -12e3, -5e3, "is worth nothing beyond chance and brings in 12 k once"),
        (4e5, -12e3, -5e3, "is worth 400 k a year and brings in 12 k once"),
        (4e5, -12e3, 5e3, "is worth 400 k a year; no cost can be shown"),
    ],
)
def test_a_pilot_that_brings_money_has_no_cost(value: float, cost: float, high: float, told: str) -> None:
    pilot = {"policy": "lockdown", "weeks": 6, "reps": 4, "value": value, "ci_low": value, "cost": cost,
             "cost_ci_high": high}  # fmt: skip
    assert (
        pilots.title({"pilots": [pilot]}).replace("12.0 k", "12 k").replace("30.0 k", "30 k").endswith(told)
    )


def test_a_quota_far_from_the_policies_is_told_and_not_drawn() -> None:
    answer = compare(make_tables(4, policies=("open", "lockdown"), weeks=40))
    near, far = np.full(3, 1e6), np.full(3, -9e8)
    gaps = [(np.zeros(3), np.full(3, -1e6), np.full(3, 1e6))]
    assert not lead._far((near, near, near), gaps)
    assert lead._far((far, far, far), gaps)
    assert "Dotted" in lead._about_quota((near, near, near), False, answer)
    assert "9.00 M below what 'open' books" in lead._about_quota((far, far, far), True, answer)


def test_the_share_of_the_first_page_counts_what_its_sentence_counts() -> None:
    answer = compare(make_tables(4, policies=("open", "lockdown"), weeks=40))
    said = {"holds_in": 0.8, "worlds": 64, "varied": 94, "best": "lockdown", "against": ["open"]}
    data = found().flip
    assert data is not None
    plain = flip(replace(answer, elsewhere=said), data)["apart"]
    within = flip(replace(answer, elsewhere={**said, "level": 0.01}), data)["apart"]
    assert plain.endswith("need only be ahead of 'open'.")
    assert "or behind by less than matters" in within
