"""From tables to summary: values by hand, order of rows, failed runs, few runs, bad tables."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from synthetic import OUTCOMES, Tables, drop_run, make_tables, outcome_table

from analysis import AnalysisError, compare
from analysis.paired import Estimate
from analysis.price import PRICE
from analysis.words import sentences

POLICIES = ("open", "lockdown", "lockdown_all", "adaptive")
CONTRACT = {
    "scenario",
    "seed",
    "weeks",
    "start_week",
    "replications",
    "baseline",
    "outcomes",
    "differences",
    "verdict",
    "crossovers",
    "failures",
    "troughs",
    "quarter",
}


@pytest.fixture(scope="module")
def tables() -> Tables:
    return make_tables(20, policies=POLICIES)


def row(rows: list[dict], policy: str, outcome: str) -> dict:
    (found,) = [r for r in rows if r["policy"] == policy and r["outcome"] == outcome]
    return found


def test_summary_follows_the_contract_and_survives_json(tables: Tables) -> None:
    summary = compare(tables).summary()
    assert set(summary) >= CONTRACT
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary
    assert summary["policies"] == list(POLICIES)
    assert list(summary["outcomes"]) == list(POLICIES)
    assert len(summary["differences"]) == (len(POLICIES) - 1) * (len(OUTCOMES) + 1)  # and regret
    one = summary["differences"][0]
    assert set(one) >= {
        "policy",
        "baseline",
        "outcome",
        "mean",
        "ci_low",
        "ci_high",
        "probability_better",
        "pairs",
        "variance_ratio",
    }
    assert set(summary["outcomes"]["open"]["new_arr"]) >= {"mean", "sd", "ci_low", "ci_high"}
    assert set(summary["verdict"]) >= {
        "outcome",
        "best",
        "probability_best",
        "expected_regret",
        "decided",
        "why",
    }
    assert set(summary["crossovers"][0]) >= {"policy", "baseline", "outcome", "week", "ci_low", "ci_high"}
    assert sum(summary["verdict"]["probability_best"].values()) == pytest.approx(1.0)


def test_values_by_hand(tables: Tables) -> None:
    summary = compare(tables).summary()
    runs = tables.runs.set_index(["policy", "replication"])
    difference = runs.loc["lockdown", "exits"] - runs.loc["open", "exits"]
    found = row(summary["differences"], "lockdown", "exits")
    assert found["mean"] == pytest.approx(difference.mean())
    assert found["probability_better"] == pytest.approx(((difference < 0) + 0.5 * (difference == 0)).mean())
    weeks = tables.periods[tables.periods["week"].between(13, 25)]
    by_run = weeks.groupby(["policy", "replication"])[["new_arr", "morale_mean"]].agg(
        {"new_arr": "sum", "morale_mean": "mean"}
    )
    quarter = row(summary["quarter"], "lockdown", "new_arr")
    flow = by_run.loc["lockdown", "new_arr"] - by_run.loc["open", "new_arr"]
    assert quarter["mean"] == pytest.approx(flow.mean())
    assert quarter["percent"] == pytest.approx(100 * flow.mean() / by_run.loc["open", "new_arr"].mean())
    level = row(summary["quarter"], "lockdown", "morale_mean")
    assert level["mean"] == pytest.approx(
        (by_run.loc["lockdown", "morale_mean"] - by_run.loc["open", "morale_mean"]).mean()
    )
    gap = tables.periods.pivot_table(index=["replication", "week"], columns="policy", values="new_arr")
    curve = (gap["lockdown"] - gap["open"]).groupby("week").mean().loc[13:].cumsum()
    deepest = row(summary["troughs"], "lockdown", "new_arr")
    assert deepest["mean"] == pytest.approx(-curve.min())
    assert deepest["week"] == curve.idxmin()
    assert deepest["ci_low"] <= deepest["mean"] <= deepest["ci_high"]


def test_the_verdict_speaks_of_the_best_and_the_worst(tables: Tables) -> None:
    verdict = compare(tables).verdict
    assert verdict["best"] == "adaptive"
    assert verdict["decided"] is True
    first, second = verdict["sentences"]
    assert first.startswith("'adaptive' is best on new ARR")
    assert second.startswith("'lockdown_all' loses ")
    assert "of new ARR in the first quarter" in second
    assert "by week 104" in second
    assert "morale" in second
    assert verdict["why"] == f"{first} {second}"
    assert any("Read at week 83" in note for note in verdict["notes"])


def test_the_order_of_rows_changes_nothing(tables: Tables) -> None:
    shuffled = Tables(
        tables.runs.sample(frac=1, random_state=1),
        tables.periods.sample(frac=1, random_state=2),
        tables.failures,
        tables.decisions,
        tables.outcomes,
        tables.meta,
    )
    assert compare(shuffled).summary() == compare(tables).summary()


def test_swapping_the_baseline_flips_the_sign(tables: Tables) -> None:
    forth = row(compare(tables).summary()["differences"], "lockdown", "new_arr")
    back = row(compare(tables, baseline="lockdown").summary()["differences"], "open", "new_arr")
    assert back["mean"] == -forth["mean"]
    assert back["ci_low"] == -forth["ci_high"]


def test_a_failed_run_drops_only_its_pair(tables: Tables) -> None:
    whole = compare(tables).summary()
    summary = compare(drop_run(tables, "lockdown", 3)).summary()
    assert row(summary["differences"], "lockdown", "new_arr")["pairs"] == 19
    assert row(summary["differences"], "lockdown", "new_arr")["missing"] == 1
    assert row(summary["differences"], "adaptive", "new_arr") == row(
        whole["differences"], "adaptive", "new_arr"
    )
    assert summary["replications"] == 20
    assert summary["failures"] == [
        {"policy": "lockdown", "replication": 3, "phase": "work", "week": 20, "error": "boom"}
    ]
    assert any("did not finish" in note for note in summary["verdict"]["notes"])


def test_a_policy_that_never_finished_is_named_first(tables: Tables) -> None:
    failed = tables
    for replication in range(20):
        failed = drop_run(failed, "lockdown_all", replication)
    said = compare(failed).verdict["sentences"]
    assert said[0] == (
        "'lockdown_all' failed in every world and was not compared; the verdict is about the others only."
    )
    assert said[1].startswith("'adaptive' is best")
    assert not any("failed" in sentence for sentence in compare(tables).verdict["sentences"])


def test_where_only_the_baseline_finished_nothing_is_said_of_a_lead(tables: Tables) -> None:
    failed = tables
    for replication in range(20):
        for policy in POLICIES[1:]:
            failed = drop_run(failed, policy, replication)
    found = compare(failed).verdict
    assert found["sentences"] == [
        "'lockdown', 'lockdown_all' and 'adaptive' failed in every world and were not compared.",
        "Not decided: only 'open' has finished runs, so there is nothing to compare it with.",
    ]
    assert [note.split(" ", 1)[1][:8] for note in found["notes"]] == ["of 80 ru"]
    assert (found["rival"], found["decided"]) == (None, False)


def test_weeks_left_behind_by_a_failed_run_do_not_count(tables: Tables) -> None:
    failed = drop_run(tables, "lockdown", 3)
    half = tables.periods[
        ~(
            (tables.periods["policy"] == "lockdown")
            & (tables.periods["replication"] == 3)
            & (tables.periods["week"] > 40)
        )
    ]
    with_rest = Tables(failed.runs, half, failed.failures, failed.decisions, failed.outcomes, failed.meta)
    assert compare(with_rest).summary() == compare(failed).summary()


def test_a_failed_baseline_drops_the_pair_of_every_policy(tables: Tables) -> None:
    summary = compare(drop_run(tables, "open", 0)).summary()
    assert {d["pairs"] for d in summary["differences"]} == {19}


def test_undefined_outcomes_are_counted_not_averaged(tables: Tables) -> None:
    runs, periods = tables.runs.copy(), tables.periods.copy()
    runs.loc[(runs["policy"] == "lockdown") & (runs["replication"] < 5), "net_retention"] = np.nan
    periods.loc[
        (periods["policy"] == "lockdown") & (periods["replication"] == 2) & (periods["week"] == 20),
        "morale_mean",
    ] = np.nan
    summary = compare(
        Tables(runs, periods, tables.failures, tables.decisions, tables.outcomes, tables.meta)
    ).summary()
    found = row(summary["differences"], "lockdown", "net_retention")
    assert (found["pairs"], found["undefined"], found["missing"]) == (15, 5, 0)
    quarter = row(summary["quarter"], "lockdown", "morale_mean")
    assert (quarter["pairs"], quarter["undefined"]) == (19, 1)


def test_an_outcome_that_is_never_defined_gives_nulls(tables: Tables) -> None:
    runs, periods = tables.runs.assign(truth_gap=np.nan), tables.periods.assign(truth_gap=np.nan)
    summary = compare(
        Tables(runs, periods, tables.failures, tables.decisions, tables.outcomes, tables.meta)
    ).summary()
    found = row(summary["differences"], "lockdown", "truth_gap")
    assert found["mean"] is None
    assert found["reason"]
    assert row(summary["crossovers"], "lockdown", "truth_gap")["week"] is None


@pytest.mark.parametrize("replications", [1, 2])
def test_few_replications_give_no_intervals_and_no_verdict(replications: int) -> None:
    summary = compare(make_tables(replications)).summary()
    assert not summary["verdict"]["decided"]
    assert summary["verdict"]["why"].startswith(f"Not decided: with {replications} replication")
    assert all(d["ci_low"] is None and d["reason"] for d in summary["differences"])
    assert set(summary["verdict"]["probability_best"].values()) == {None}


def test_one_policy_alone() -> None:
    answer = compare(make_tables(4, policies=("open",)))
    summary = answer.summary()
    assert summary["differences"] == []
    assert "nothing to compare" in summary["verdict"]["why"]
    assert answer.differences.empty
    assert answer._repr_html_()


def test_policies_that_were_not_run_are_left_out() -> None:
    tables = make_tables(4, policies=("open", "lockdown"))
    tables.meta["policies"] = ["lockdown", "preferred", "open"]
    assert compare(tables).summary()["policies"] == ["lockdown", "open"]


def test_equal_policies_are_undecided_without_hope() -> None:
    tables = make_tables(6, policies=("open", "preferred"))
    twin = tables.runs[tables.runs["policy"] == "open"].assign(policy="preferred")
    weeks = tables.periods[tables.periods["policy"] == "open"].assign(policy="preferred")
    runs = pd.concat([tables.runs[tables.runs["policy"] == "open"], twin])
    periods = pd.concat([tables.periods[tables.periods["policy"] == "open"], weeks])
    answer = compare(Tables(runs, periods, tables.failures, tables.decisions, tables.outcomes, tables.meta))
    assert "exactly equal" in answer.verdict["why"]
    assert answer.summary()["differences"][0]["variance_ratio"] is None


def test_an_undecided_verdict_says_how_many_more() -> None:
    answer = compare(make_tables(5, policies=("open", "preferred", "lockdown_phased"), seed=6))
    verdict = answer.verdict
    assert "after only 5 replications" in verdict["why"]
    assert not verdict["decided"]
    assert "is not clear yet" in verdict["why"]
    assert "replications would" in verdict["why"]


def test_a_difference_too_small_to_settle_says_what_it_excludes() -> None:
    answer = compare(make_tables(5, policies=("open", "preferred", "lockdown_phased"), seed=6))
    margin = Estimate(1e8, -2e9, 2.2e9, 5)
    for more, small in ((900, False), (1001, True), (None, True)):
        verdict = replace(answer.decision, more_replications=more, margin=margin)
        text = sentences(replace(answer.findings, verdict=verdict))[1]
        assert ("more replications would likely settle it" in text) is not small
        excluded = (
            "is too small to settle with a realistic number of replications; a difference of more than 22.0 M"
        )
        assert (excluded in text) is small
    verdict = replace(answer.decision, replications=500, more_replications=8200, margin=margin)
    assert "about 8200 more" in sentences(replace(answer.findings, verdict=verdict))[1]


def test_an_open_verdict_says_what_else_sets_the_two_apart() -> None:
    tables = make_tables(6, policies=("open", "preferred"), seed=6)
    lost = tables.runs["policy"] == "preferred"
    arr = tables.runs.loc[~lost, "new_arr"].to_numpy()
    tables.runs.loc[lost, "new_arr"] = arr + np.array([5, -4, 3, -5, 4, -2]) * 1e8
    tables.runs.loc[lost, "exits"] += 18.0
    tables.runs.loc[lost, "morale_mean"] += 0.2
    for outcome in ("knowledge_mean", "knowledge_applied", "recurring_revenue"):
        tables.runs.loc[lost, outcome] = tables.runs.loc[~lost, outcome].to_numpy()
    answer = compare(tables)
    verdict = answer.verdict
    assert (verdict["decided"], {verdict["best"], verdict["rival"]}) == (False, {"open", "preferred"})
    text = verdict["sentences"][1]
    ways = ("worse", "better") if verdict["rival"] == "preferred" else ("better", "worse")
    assert "New ARR cannot tell" in text
    assert f"{ways[0]} on exits (" in text
    assert f"{ways[1]} on morale (" in text
    assert "knowledge" not in text
    assert "recurring" not in text
    tables.runs.loc[lost, ["exits", "morale_mean"]] = tables.runs.loc[
        ~lost, ["exits", "morale_mean"]
    ].to_numpy()
    said = compare(tables).verdict["sentences"][1]
    assert said.endswith(
        "apart, nor can recurring revenue, gross margin, morale, exits, knowledge applied or knowledge."
    )


def test_outcomes_without_a_column_of_their_own_are_reduced_here(tables: Tables) -> None:
    slim = Tables(
        tables.runs[["policy", "replication", "seed"]],
        tables.periods,
        tables.failures,
        tables.decisions,
        tables.outcomes,
        tables.meta,
    )
    whole, found = compare(tables).summary(), compare(slim).summary()
    assert found["differences"] == whole["differences"]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda t: t.meta.update(baseline="nobody"), "baseline 'nobody'"),
        (lambda t: t.meta.update(outcome="luck"), "headline outcome 'luck'"),
        (lambda t: t.meta.update(outcome="opportunities"), "no better side"),
        (lambda t: t.meta.update(start_week=104), "start week 104"),
        (lambda t: t.meta.update(weeks=50), "weeks outside 0-49"),
        (lambda t: setattr(t, "runs", pd.concat([t.runs, t.runs.head(1)])), "more than one run"),
        (lambda t: setattr(t, "periods", pd.concat([t.periods, t.periods.head(1)])), "more than one row"),
        (lambda t: setattr(t, "runs", t.runs.iloc[:0]), "no run finished"),
        (lambda t: setattr(t, "runs", t.runs.drop(columns="policy")), "lacks the column policy"),
        (lambda t: setattr(t, "outcomes", outcome_table([("x", "cents", 1, "last", "X")])), "no outcome"),
    ],
)
def test_bad_tables_get_one_clear_message(spoil: object, message: str) -> None:
    tables = make_tables(3, policies=("open", "lockdown"))
    spoil(tables)  # type: ignore[operator]
    with pytest.raises(AnalysisError, match=message):
        compare(tables)


def test_importing_the_package_loads_nothing_heavy(root: Path) -> None:
    code = (
        "import sys, analysis, analysis.terminal; from analysis import AnalysisError; "
        "heavy = {'pandas', 'scipy', 'matplotlib', 'jinja2', 'rich', 'mesa', 'simulation'}; "
        "heavy &= set(sys.modules); "
        "assert not heavy, heavy; from analysis import compare; assert callable(compare); "
        "assert not {'matplotlib', 'jinja2', 'simulation'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True)


def test_the_tables_of_the_answer_hold_the_same_as_the_summary(tables: Tables) -> None:
    answer = compare(tables)
    summary = answer.summary()
    for name in ("differences", "crossovers", "troughs", "quarter"):
        frame = getattr(answer, name)
        assert len(frame) == len(summary[name])
        assert list(frame.columns) == list(summary[name][0])
    assert len(answer.outcomes) == sum(len(o) for o in summary["outcomes"].values())


def test_the_baseline_can_be_the_best_in_words_too(tables: Tables) -> None:
    verdict = compare(tables, baseline="adaptive").verdict
    assert "no policy does better than 'adaptive'; the closest, 'lockdown', loses " in verdict["sentences"][0]
    assert re.search(r"loses [\d.]+ M \[[\d., ]+\] \([\d.]+ % \[[\d., ]+\]\)", verdict["sentences"][0])
    assert not any(note.startswith("Price of") for note in verdict["notes"])


def test_a_level_is_of_a_week_and_a_flow_over_weeks(tables: Tables) -> None:
    level = compare(tables, outcome="recurring_revenue").verdict["sentences"][0]
    assert "on recurring revenue at week 104" in level
    assert "weeks" not in level
    assert "on new ARR over 91 weeks from week 13" in compare(tables).verdict["sentences"][0]


def test_a_price_that_is_not_money_says_higher_or_lower() -> None:
    tables = losing()
    mine, base = tables.runs["policy"] == "preferred", tables.runs["policy"] == "open"
    for outcome, change in (("exits", 18.0), ("morale_mean", -0.2)):
        tables.runs[outcome] = tables.runs[outcome].astype(float)
        tables.runs.loc[mine, outcome] = tables.runs.loc[base, outcome].to_numpy() + change
    (note,) = (n for n in compare(tables).verdict["notes"] if n.startswith("Price of"))
    assert re.match(
        r"Price of 'preferred' in people and knowledge: morale lower by 0\.20* \[.*\] and exits higher by 18",
        note.replace("\xa0", " "),
    ), note


def test_a_clear_loss_is_told_though_another_looks_worse_and_is_not_clear() -> None:
    tables = make_tables(16, policies=("open", "lockdown", "lockdown_all"))
    periods = tables.periods
    wild = (periods["policy"] == "lockdown_all") & periods["week"].between(13, 25)
    swing = np.where(periods.loc[wild, "replication"] % 2 == 0, 4.0, -4.0) * periods["new_arr"].mean()
    tables.periods["new_arr"] = periods["new_arr"].astype(float)
    tables.periods.loc[wild, "new_arr"] += swing
    said = compare(tables).verdict["sentences"][-1]
    assert said.startswith("'lockdown' loses ")
    assert "of new ARR in the first quarter" in said


def losing(policies: tuple[str, ...] = ("open", "preferred", "lockdown"), **lost: float) -> Tables:
    """'preferred' gains new ARR in every world and loses so many cents of each outcome named."""
    tables = make_tables(20, policies=policies)
    mine, base = tables.runs["policy"] == "preferred", tables.runs["policy"] == "open"
    swing = np.linspace(-1e7, 1e7, 20)
    tables.runs.loc[mine, "new_arr"] = tables.runs.loc[base, "new_arr"].to_numpy() + 1.2e8 + swing.astype(int)
    for outcome, cents in lost.items():
        values = tables.runs.loc[base, outcome].to_numpy() - cents - swing
        tables.runs[outcome] = tables.runs[outcome].astype(float)
        tables.runs.loc[mine, outcome] = values
    return tables


def test_the_first_sentence_names_the_price_in_money_and_percent() -> None:
    verdict = compare(losing(recurring_revenue=9.8e8, gross_margin=4.0e8)).verdict
    first = verdict["sentences"][0]
    assert first.startswith("'preferred' is best on new ARR")
    assert re.search(
        r"it brings \+1\.20 M \[[\d., ]+\] \(\+[\d.]+ % \[[\d., ]+\]\) against 'open', "
        r"but ends with 9\.80 M \[[\d., ]+\] less recurring revenue \(-[\d.]+ %\) "
        r"and 4\.00 M \[[\d., ]+\] less gross margin \(-[\d.]+ %\)\.$",
        first,
    ), first
    cheap = compare(losing(recurring_revenue=-9.8e8, gross_margin=0.0)).verdict["sentences"][0]
    assert "ends with" not in cheap


def test_gross_margin_and_new_arr_are_watched_as_a_price() -> None:
    assert {"gross_margin", "new_arr", "recurring_revenue"} <= {outcome for outcome, _ in PRICE}
    tables = losing(recurring_revenue=-9.8e8)
    mine, base = tables.runs["policy"] == "preferred", tables.runs["policy"] == "open"
    tables.runs.loc[mine, "new_arr"] = (
        tables.runs.loc[base, "new_arr"].to_numpy() - 100_000_000 - np.arange(20)
    )
    said = compare(tables, outcome="recurring_revenue").verdict["sentences"][0]
    assert "but ends with 1.00 M [" in said
    assert "less new ARR (-" in said


def test_where_the_baseline_leads_the_closest_rivals_money_is_told_both_ways() -> None:
    tables = losing(("open", "preferred"), recurring_revenue=9.8e8, gross_margin=-4.0e8)
    mine, base = tables.runs["policy"] == "preferred", tables.runs["policy"] == "open"
    tables.runs.loc[mine, "new_arr"] = tables.runs.loc[base, "new_arr"].to_numpy() - 100 - np.arange(20)
    said = compare(tables).verdict["sentences"][0]
    assert "the closest, 'preferred', loses" in said
    assert re.search(r", and ends with 9\.80 M \[.*?\] less recurring revenue", said)
    assert re.search(r", but ends with 4\.00 M \[.*?\] more gross margin", said)


def test_an_open_verdict_gives_the_lead_at_the_level_it_asks_for() -> None:
    answer = compare(make_tables(5, policies=("open", "preferred", "lockdown_phased"), seed=6))
    margin = answer.decision.margin
    assert margin is not None
    assert re.search(
        r"But its lead over '\w+', [\d.]+ M \[-?[\d.]+, [\d.]+\] at 97\.5 %, is ", answer.verdict["why"]
    )
    (note,) = (n for n in answer.verdict["notes"] if "Brackets are 95 % intervals" in n)
    assert "each of the 2 other policies at 97.5 %, so that all of them hold together at 95 %" in note
    alone = compare(make_tables(5, policies=("open", "preferred"))).verdict["notes"]
    assert not any("Brackets" in n for n in alone)


def test_less_is_better_in_words(tables: Tables) -> None:
    verdict = compare(tables, outcome="exits").verdict
    assert "'lockdown_all' raises exits by " in verdict["sentences"][-1]
    assert "of exits" not in verdict["why"]


def test_a_verdict_that_depends_on_the_horizon_says_so() -> None:
    tables = make_tables(15, policies=("open", "lockdown"), noise=0.05)
    late = (tables.periods["policy"] == "lockdown") & (tables.periods["week"] >= 84)
    tables.periods.loc[late, "new_arr"] += 30_000_000
    tables.runs = tables.runs.drop(columns="new_arr")
    verdict = compare(tables).verdict
    assert verdict["best"] == "lockdown"
    assert any(
        note.startswith("The verdict depends on the horizon: at week 83 'open'") for note in verdict["notes"]
    )
    assert "overtakes in week" in verdict["sentences"][1]
