"""The figures of the check in words: what each is, and what the scenario does wrong where the data lie below or above."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """Name, unit, label, and what to say of a scenario if the data lie `below` or `above` it.

    "As it stands" is the sales force of the scenario; "in proportion" makes the worlds' deals begun before the day those
    of the data.
    """

    name: str
    unit: str
    label: str
    below: str
    above: str


def _rows() -> list[Figure]:
    many, few = "begins too many deals", "begins too few deals"
    much, little = "books too much", "books too little"
    loses = ("loses too often", "loses too rarely")
    reps = ("lets reps differ too much", "lets reps differ too little")
    weeks, quarters = (
        (4, 13, 26, 52),
        {"first_quarter": "lower quarter", "median": "median", "third_quarter": "upper quarter"},
    )
    return [
        Figure("deals_begun_as_it_stands", "deals", "deals begun a week, as it stands", many, few),
        Figure("bookings_as_it_stands", "money", "bookings a week, as it stands", much, little),
        *(Figure(f"won_by_week_{w}", "share", f"won within {w} weeks", "wins too often", "wins too rarely") for w in weeks),
        *(Figure(f"lost_by_week_{w}", "share", f"lost within {w} weeks", *loses) for w in weeks),
        Figure("won_of_open", "share", "won since, of deals then open", "wins too many of its open deals",
               "wins too few of its open deals"),
        *(Figure(f"weeks_to_win_{q}", "weeks", f"weeks to a win, {part}", "wins too late", "wins too early")
          for q, part in quarters.items()),
        *(Figure(f"won_value_{q}", "money", f"value of wins, {part}", "wins too large deals", "wins too small deals")
          for q, part in quarters.items()),
        Figure("top_fifth_of_reps_share", "share", "wins of the best fifth of reps", *reps),
        Figure("rep_win_odds_sd", "logits", "spread of reps in odds to win", *reps),
        Figure("deals_begun", "deals", "deals begun a week, in proportion", "sees no fall in deals begun",
               "sees no rise in deals begun"),
        Figure("wins", "wins", "wins a week, in proportion", "wins too many deals", "wins too few deals"),
        Figure("bookings", "money", "bookings a week, in proportion", much, little),
        Figure("weeks_in_band", "share", "weeks with bookings in 80 % band", "is too sure of single weeks",
               "is less sure of single weeks than it need be"),
    ]  # fmt: skip


FIGURES = {one.name: one for one in _rows()}
"""By name, in the order of the table."""
