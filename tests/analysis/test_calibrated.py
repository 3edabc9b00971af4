"""What a report tells of a calibrated scenario: data, check, assumptions, doubt; and nothing of one that is not."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from synthetic import make_tables

from analysis import compare
from analysis.best_text import Sizes
from analysis.calibrated import covers, held_rows, number_rows, sourced, told
from analysis.paired import Difference, Estimate
from analysis.panel import OutcomeInfo
from analysis.report import render_report
from analysis.terminal import render_summary


def number(name: str, verdict: str, value: float | None = None, **more: Any) -> dict[str, Any]:
    return {"name": name, "verdict": verdict, "value": value, "now": value, "why": f"why {name}", **more}


def facts(**more: Any) -> dict[str, Any]:
    """As `facts_of_calibration` gives it."""
    held = {
        "weeks": 18, "compared": 21, "outside": 6, "faults": ["loses too often", "books too little"],
        "figures": [{"label": "bookings a week, as it stands", "unit": "money", "data": 2.4e6, "median": 1.8e6, "low": 1.6e6,
                     "high": 2.7e6, "outside": False}],
    }  # fmt: skip
    numbers = [
        number("reps", "assumed", 655),
        number("customers", "assumed", 109_385),
        number("segments.deal_value_median", "found", low=13_000.0, high=15_000.0, n=4452),
        number("loss", "found", 0.0017, low=0.0015, high=0.002, n=2354),
        number("talent_weight", "cannot_tell", 0.35),
        number("score_centre", "follows", 0.68),
    ]
    return {
        "files": ["leads.csv"], "rows": 12_812, "period": "weeks 2 to 73", "held_out": held, "numbers": numbers, **more,
    }  # fmt: skip


DRAWS = {
    "names": ["loss", "talent_weight", "segments.a.deal_value_median", "segments.b.deal_value_median"],
    "number": 200,
    "worlds_a_draw": 2,
    "ranges": {
        "loss": [0.0015, 0.002],
        "talent_weight": [0.02, 0.98],
        "segments.a.deal_value_median": [8000.0, 9000.0],
        "segments.b.deal_value_median": [7000.0, 8500.0],
    },
}
LOSS = {
    "name": "loss",
    "value": 0.0017,
    "default": 0.002,
    "source": "a study",
    "confidence": "H",
    "description": "hazard",
}


def test_nothing_is_told_of_a_scenario_that_was_not_calibrated() -> None:
    answer = compare(make_tables(4, policies=("open", "lockdown"), weeks=30))
    assert answer.verdict["calibration"] == {}
    assert "How far these numbers are yours" not in render_report(answer)
    assert covers({}) == "chance within this simulated world"
    assert sourced({}, LOSS) == {**LOSS, "drawn": ""}
    assert number_rows({}) == held_rows({}) == []


def test_data_check_and_assumptions_in_words() -> None:
    said = told({"calibration": facts(), "draws": DRAWS}, ["Of the doubt 40 % is luck."])
    assert list(said) == ["data", "check", "assumed", "doubt"]
    assert said["data"] == "Calibrated from leads.csv: 12,812 deals, weeks 2 to 73."
    assert "misses 6 of 21 figures of these (1.1 would by luck): it loses too often, books" in said["check"]
    assert said["check"].endswith("may turn the verdict.")
    held = {**facts()["held_out"], "outside": 4}
    assert "may turn" not in told({"calibration": facts(held_out=held), "draws": DRAWS})["check"]
    assert "655 reps, 109,385 customers and prospects, what customers pay at the start" in said["assumed"]
    assert "All sums of money rest on this" in said["assumed"]
    assert said["doubt"] == "Of the doubt 40 % is luck."


def test_of_a_team_that_is_found_new_arr_is_its_own() -> None:
    given = facts()
    given["numbers"][0]["verdict"] = "found"
    said = told({"calibration": given, "draws": DRAWS})["assumed"]
    assert "655 reps" not in said
    assert "Recurring revenue and gross margin rest on this" in said
    given["numbers"][2]["verdict"] = "cannot_tell"
    said = told({"calibration": given})["assumed"]
    assert "deal values" in said
    assert "All sums of money" in said


def test_no_check_no_draws_and_a_number_of_one_s_own_are_said() -> None:
    given = facts(held_out=None, unchecked="the data span 20 weeks")
    given["numbers"][3]["now"] = 0.01
    said = told({"calibration": given})
    assert said["check"] == "Not checked against the last part of the data: the data span 20 weeks."
    assert said["changed"] == "Changed since: loss."
    assert "cover luck alone" in said["doubt"]
    drawn = told({"calibration": given, "draws": DRAWS})["changed"]
    assert drawn == "Changed since: loss (without effect: its draws replace it)."
    assert covers({"calibration": given}) == "chance within this simulated world"


@pytest.mark.parametrize(
    ("name", "source", "confidence"),
    [
        ("loss", "leads.csv, weeks 2 to 73: why loss; n = 2,354", "found [0.0015, 0.002]"),
        ("talent_weight", "leads.csv, weeks 2 to 73: why talent_weight. Else: a study", "cannot tell"),
        ("score_centre", "why score_centre", "follows from others"),
        ("open_deals", "a study", "H"),
    ],
)
def test_the_table_of_parameters_has_the_data_s_source(name: str, source: str, confidence: str) -> None:
    row = sourced({"calibration": facts(), "draws": DRAWS}, {**LOSS, "name": name})
    assert (row["source"], row["confidence"]) == (source, confidence)
    assert row["drawn"] == {"loss": "0.0015 to 0.002", "talent_weight": "0.02 to 0.98"}.get(name, "")


def test_a_number_changed_by_hand_is_no_finding() -> None:
    given = facts()
    given["numbers"][3]["now"] = 0.01
    row = sourced({"calibration": given}, LOSS)
    assert row["source"] == "changed by hand; `calibrate` wrote 0.0017"
    shown = {row["name"]: row for row in number_rows({"calibration": given})}
    assert (shown["loss"]["value"], shown["loss"]["verdict"]) == ("0.01", "changed by hand")


def test_report_and_terminal_show_it() -> None:
    tables = make_tables(6, policies=("open", "lockdown", "adaptive"), weeks=30)
    tables.meta |= {"calibration": facts(), "draws": DRAWS, "parameters": [LOSS]}
    answer = compare(tables)
    page = render_report(answer)
    for words in (
        "How far these numbers are yours", "chance and what is uncertain about this world (3 numbers, drawn)",
        ">found [0.0015, 0.002]</td>", "hazard: why loss", "7,000 to 9,000", "2,400,000", "<th class=\"n\">Draws</th>",
    ):  # fmt: skip
        assert words in page
    lines = [str(part) for part in render_summary(answer.summary())]
    place = next(k for k, line in enumerate(lines) if line.startswith("- Calibrated from leads.csv"))
    assert lines[place + 1].startswith("- Made without the last 18 weeks")
    assert lines[place - 1].startswith("In the first quarter") or " by week 30" in lines[place - 1]
    assert sum("numbers of this world are uncertain" in line for line in lines) == 1


def test_the_verdict_gives_sums_that_rest_on_assumptions_as_shares() -> None:
    tables = make_tables(30, policies=("open", "lockdown_all"), noise=0.05)
    money = compare(tables).verdict["why"]
    tables.meta |= {"calibration": facts()}
    share = compare(tables).verdict["why"]
    assert re.search(r" M \[[\d., ]+\] less gross margin \(", money)
    assert re.search(r"[\d.]+ % \[[\d., ]+\] less gross margin", share)
    assert " M [" not in share.partition("gross margin")[0].rpartition("less")[0].rpartition("and")[2]


def test_a_headline_whose_sum_is_assumed_is_given_in_shares_alone() -> None:
    tables = make_tables(30, policies=("open", "lockdown_all"), noise=0.05)
    tables.meta |= {"outcome": "gross_margin", "calibration": facts()}
    answer = compare(tables)
    first = answer.verdict["why"].partition(". ")[0]
    assert re.search(r"(loses|brings) [+\d.]+ % \[", first)
    assert " M [" not in first.partition(", and ends with")[0]
    texts = [
        text.get_text()
        for ax in answer.plot("forest").axes[:2]
        for text in ax.texts
        if "[" in text.get_text()
    ]
    assert ["%" in text for text in texts] == [True, False]  # gross margin in shares, new ARR in money


def test_two_figures_of_a_sentence_have_one_unit_and_a_widened_one_says_why() -> None:
    effect, lead = Estimate(39e6, -14.4e6, 92.4e6, 15), Estimate(39e6, -31e6, 270e6, 15)
    share = Estimate(5.0, -2.0, 10.0, 15)
    info = OutcomeInfo("new_arr", "cents", 1, True, "sum_from_start", "New ARR")
    sizes = Sizes(Difference(effect, share, 0.9, 1.0, 0, 0), info, lead, by_share=False)
    assert sizes.against().startswith("brings +0.4 M [-0.1, 0.9]")
    assert sizes.of_lead() == "0.4 M [-0.3, 2.7]"
    assert replace(sizes, by_share=True).of_lead() == "5 % [-4, 35]"
