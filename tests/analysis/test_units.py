"""Numbers as people read them."""

from __future__ import annotations

import pytest

from analysis.paired import Estimate
from analysis.panel import OutcomeInfo
from analysis.units import axis_label, chance, measured, name_in_text, percent, plain, spelled

MONEY = OutcomeInfo("new_arr", "cents", 1, True, "sum_from_start", "New ARR")
EUROS = OutcomeInfo("new_arr", "cents", 1, True, "sum_from_start", "New ARR", currency="EUR")
REPS = OutcomeInfo("exits", "reps", -1, True, "sum_from_start", "Exits")
MORALE = OutcomeInfo("morale_mean", "0-1", 1, True, "mean_from_start", "Morale")


@pytest.mark.parametrize(
    ("estimate", "info", "text"),
    [
        (Estimate(1.23e8, 0.9e8, 1.5e8, 9), MONEY, "+1.2 M [0.9, 1.5]"),
        (Estimate(-4.5e6, -9e6, 0.1e6, 9), EUROS, "-45 k EUR [-90, 1]"),
        (Estimate(-3.2, -5.5, -1.2, 9), REPS, "-3 reps [-6, -1]"),
        (Estimate(-0.1234, -0.15, -0.09, 9), MORALE, "-0.12 [-0.15, -0.09]"),
        # An end that would round to zero keeps its sign.
        (Estimate(2e8, -0.3e8, 4.2e8, 9), MONEY, "+2.0 M [-0.3, 4.2]"),
        (Estimate(0.0, 0.0, 0.0, 9), MONEY, "0 [0, 0]"),
        (Estimate(4.7e8, None, None, 2), MONEY, "+4.7 M"),
        (Estimate(None, None, None, 0), MONEY, "n/a"),
    ],
)
def test_means_with_intervals(estimate: Estimate, info: OutcomeInfo, text: str) -> None:
    assert measured(estimate, info) == text


def test_a_column_has_the_same_decimals_and_unit() -> None:
    column = [Estimate(3e8, 1e8, 6e8, 9), Estimate(3.3e8, 1.8e8, 4.7e8, 9), Estimate(5e7, 2e7, 8e7, 9)]
    assert [measured(e, MONEY, column=column) for e in column] == [
        "+3.0 M [1.0, 6.0]", "+3.3 M [1.8, 4.7]", "+0.5 M [0.2, 0.8]",
    ]  # fmt: skip
    shares = [Estimate(-18.2, -21.1, -15.3, 9), Estimate(-5.6, -6.1, -5.2, 9), Estimate(None, None, None, 0)]
    assert [percent(e, column=shares) for e in shares] == [
        "-18.2 % [-21.1, -15.3]",
        "-5.6 % [-6.1, -5.2]",
        "n/a",
    ]


def test_percentages_and_losses() -> None:
    loss = Estimate(-38.2, -43.4, -33.1, 50)
    assert percent(loss) == "-38 % [-43, -33]"
    assert percent(loss, signed=False, flip=True) == "38 % [33, 43]"


def test_plain_numbers_have_three_figures() -> None:
    assert plain(1_234_567_89, MONEY) == "1.23 M"
    assert plain(987_65, MONEY) == "988"
    assert plain(0.6123, MORALE) == "0.612"
    assert plain(float("nan"), MORALE) == "n/a"


def test_probabilities_never_claim_certainty() -> None:
    assert [chance(p) for p in (1.0, 0.934, 0.0, None)] == ["over 0.99", "0.93", "under 0.01", "unknown"]


def test_labels() -> None:
    assert axis_label(EUROS, "M EUR", " per 4 weeks") == "New ARR per 4 weeks, million EUR"
    assert spelled("reps") == "reps"
    assert name_in_text("New ARR") == "new ARR"
    assert name_in_text("ARR") == "ARR"
