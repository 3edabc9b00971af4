"""Sentences of answers where they are seldom: little is known, nothing stands out, or the other side gains."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from typing import Any

import numpy as np
import pytest
from rich.console import Console
from test_explain import tables

from analysis.claims_text import effect_text
from analysis.claims_text import sentences as claims_sentences
from analysis.explain import Explanation, explain
from analysis.explain_words import sentences, share_of
from analysis.hypotheses import Margin, Sides, judge
from analysis.optimum_text import against, curse, render_optimum, settings_text
from analysis.paired import Estimate
from analysis.panel import OutcomeInfo

ARR = OutcomeInfo("new_arr", "cents", 1, True, "sum_from_start", "New ARR")
MORALE = OutcomeInfo("morale_mean", "0-1", 1, True, "mean_from_start", "Morale")


@pytest.fixture(scope="module")
def whole() -> Explanation:
    return explain(tables())


def unclear(e: Explanation, **more: Any) -> Explanation:
    return replace(e, gap=Estimate(-1e8, -3e8, 1e8, 40), percent=Estimate(-2.0, -6.0, 2.0, 40), **more)


def without_clear_parts(e: Explanation) -> Explanation:
    """Every part as wide as the gap."""
    vague = [replace(part, effect=Estimate(-1e8, -3e8, 1e8, 40)) for part in e.every]
    return replace(e, direct=vague[0], parts=tuple(vague[1:]))


def test_two_worlds_are_too_few_to_explain() -> None:
    first, rest = sentences(explain(tables(2)))
    assert first.startswith("2 worlds are too few to say what 'lockdown' makes of new ARR (-")
    assert first.endswith("against 'open'): 3 are needed.")
    assert rest == ""


def test_two_draws_are_too_few_to_explain(whole: Explanation) -> None:
    few = replace(whole, gap=Estimate(-1e8, None, None, 2), draws=2)
    assert sentences(few)[0].startswith(
        "2 draws are too few to say what 'lockdown' makes of new ARR (-1.00 M against 'open')"
    )


def test_a_gap_that_is_not_clear_and_what_is_clear_within_it(whole: Explanation) -> None:
    first, second = sentences(unclear(whole))
    assert "'lockdown' and 'open' cannot be told apart in new ARR: " in first
    assert first.endswith(" (-2 % [-6, 2]) in 40 paired worlds.") or "(-2.0 % [-6.0, 2.0])" in first
    assert second.startswith(
        "What is clear within it: what hand-overs lose (-6.70 M [-6.98, -6.43]); morale (-3.96 M ["
    )
    assert "of the gap" not in second, "of a gap that may be none there are no shares"
    assert share_of(whole.direct, unclear(whole)) == ""
    assert sentences(without_clear_parts(unclear(whole)))[1] == "More worlds would tell (--replications)."


def test_a_gap_without_a_part_that_is_clear(whole: Explanation) -> None:
    first, second = sentences(without_clear_parts(whole))
    assert first.endswith("in 40 of 40 paired worlds.")
    assert second == "No part of it is clear of zero: more worlds would tell."


@pytest.mark.parametrize(
    ("name", "does"), [("new_arr", "books"), ("recurring_revenue", "has")], ids=["booked", "had"]
)
@pytest.mark.parametrize(
    ("policy", "base", "way"), [("lockdown", "open", "less"), ("open", "lockdown", "more")]
)
def test_who_gains_and_who_loses(name: str, does: str, policy: str, base: str, way: str) -> None:
    made = tables()
    made.meta |= {"policy": policy, "baseline": base}
    e = explain(made)
    e = replace(e, info=replace(e.info, name=name))
    assert sentences(e)[0].startswith(f"By week 20 '{policy}' {does} ")
    assert f" {way} new ARR than '{base}', in 40 of 40 paired worlds" in sentences(e)[0]


def test_a_sum_that_rests_on_assumptions_is_told_as_a_share_only(whole: Explanation) -> None:
    assert " M" in sentences(whole)[0]
    first, second = sentences(replace(whole, assumed=True))
    assert "'lockdown' books 19.2 % [18.0, 20.5] less new ARR" in first
    assert " M" not in first + second
    assert second.startswith(
        "It is made of what hand-overs lose (68 % of the gap); morale (40 % of the gap); "
    )


def test_an_outcome_that_is_no_money_is_told_in_its_own_unit(whole: Explanation) -> None:
    small = [replace(part, effect=Estimate(-0.02, -0.03, -0.01, 40)) for part in whole.every]
    e = replace(
        whole, info=MORALE, gap=Estimate(-0.08, -0.1, -0.06, 40), direct=small[0], parts=tuple(small[1:])
    )  # fmt: skip
    assert sentences(e)[0].startswith("By week 20 'lockdown' has 0.08 [0.06, 0.10] less morale than 'open'")


@pytest.mark.parametrize(
    ("low", "mean", "told"),
    [
        (101.0, 130.0, "would make more than all of it"),
        (51.0, 70.0, "; over half of the gap is"),
        (20.0, 40.0, "; the largest clear part is"),
        (2.0, 10.0, "paired worlds."),
    ],
)
def test_how_much_the_largest_part_is(whole: Explanation, low: float, mean: float, told: str) -> None:
    parts = tuple(replace(part, share=Estimate(mean, low, mean + 40, 40)) for part in whole.parts)
    assert told in sentences(replace(whole, parts=parts))[0]


def test_parts_beyond_three_are_counted(whole: Explanation) -> None:
    more = [replace(whole.parts[0], words=f"part {n}") for n in range(5)]
    assert "2 smaller parts" in sentences(replace(whole, direct=more[0], parts=tuple(more[1:])))[1]


# claims


def test_a_comparison_without_spread_has_no_effect_in_sd() -> None:
    found = judge(Sides(np.arange(9.0), np.ones(9)), Margin(1, 0.5, "sd"))
    assert found.effect.mean is None
    assert found.effect.reason == "the comparison never varies: no such unit"
    assert found.p == 1.0


def test_a_percentage_less_another_needs_both_bases() -> None:
    ones, zeros = np.ones(9), np.zeros(9)
    found = judge(Sides(2 * ones, ones, ones, zeros), Margin(1, 5.0, "percent"))
    assert (found.effect.mean, found.p) == (None, 1.0)
    assert "mean of the comparison is zero" in str(found.effect.reason)


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ({"unit": "percent", "effect": None, "ci_low": None, "ci_high": None}, "n/a"),
        ({"unit": "percent", "effect": -7.7, "ci_low": -9.2, "ci_high": -6.1}, "-7.7 % [-9.2, -6.1]"),
        ({"unit": "sd", "effect": 0.5, "ci_low": 0.25, "ci_high": 0.75}, "+0.5 sd [0.2, 0.8]"),
        ({"unit": "absolute", "effect": -2e6, "ci_low": -3e6, "ci_high": -1e6}, "-2.0 M [-3.0, -1.0]"),
    ],
)
def test_an_effect_in_the_unit_of_its_claim(part: dict[str, Any], text: str) -> None:
    assert effect_text({**part, "pairs": 40, "outcome": "new_arr"}, {"new_arr": ARR}) == text


def row(name: str, verdict: str, first: str | None = None) -> dict[str, Any]:
    return {"id": name, "verdict": verdict, "parts": [{"verdict": first or verdict}]}


def test_how_sure_all_verdicts_are_together() -> None:
    family = {"supported": ["C01"], "refuted": [], "expected_false_supported": 0.05}
    rows = [row("C01", "supported"), row("C02", "refuted"), row("C03", "undecided", first="supported")]
    first, second, third = claims_sentences({"familywise": family, "hypotheses": rows})
    assert first.startswith("2 of 3 decided at 95 % each")
    assert first.endswith("these stay open: C02.")
    assert "0.05 false" in second
    assert third.startswith("* the first comparison alone would say otherwise")
    alone = claims_sentences({"familywise": family, "hypotheses": rows[:1]})
    assert alone[0].endswith("all of these stand.")
    none = claims_sentences({"familywise": family, "hypotheses": [row("C03", "undecided")]})
    assert none[0] == "0 of 1 decided at 95 % each."


# searches


def judged(
    kept: float, lost: float, picked: float, over: float = 1e8, promised: float = 5e8
) -> dict[str, Any]:
    """A row of a search in cents, each figure known to within a tenth of its size, or of a million where it is nothing."""
    found: dict[str, Any] = {"promised": promised}
    for name, mean in (("kept", kept), ("lost", lost), ("curse", picked), ("over_present", over)):
        half = 0.1 * abs(mean) or 1e8
        found |= {name: mean, f"{name}_ci_low": mean - half, f"{name}_ci_high": mean + half}
    return found


SEARCH: dict[str, Any] = {
    "robust": "mean", "fresh_worlds": 64, "worlds": 32, "candidates": 40, "policy": "plain", "baseline": "open",
    "trials": [40], "outcomes": ["new_arr"], "searches": [], "failed": 0, "finalists": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (judged(5e8, 0.0, 0.0), "nothing beyond luck. No optimiser's curse beyond luck."),
        (judged(4e8, 1e8, 0.0), "The search was too hopeful by 1.00 M [0.90, 1.10]."),
        (judged(6e8, -1e8, 0.0), "Fresh worlds were kinder than those of the search."),
        (
            judged(4e8, 1e8, 1e8),
            "Of its lead over the policy as it is 1.00 M [0.90, 1.10] was the optimiser's curse.",
        ),
    ],
)
def test_what_the_winner_of_a_search_keeps(row: dict[str, Any], told: str) -> None:
    text = curse(SEARCH, row, ARR)
    assert text.startswith("New ARR: promised +5.00 M; in 64 fresh worlds +")
    assert told in text


@pytest.mark.parametrize(
    ("over", "told"),
    [
        (judged(5e8, 0, 0, over=0.0) | {"over_present": 0.0}, "That is plain as it is."),
        (judged(5e8, 0, 0), "on average."),
        (judged(5e8, 0, 0) | {"over_present_ci_low": -1e8}, "on average, not beyond luck."),
        (judged(5e8, 0, 0) | {"over_present_ci_low": float("nan")}, "on average, not beyond luck."),
    ],
)
def test_whether_the_winner_beats_what_there_is(over: dict[str, Any], told: str) -> None:
    assert against(SEARCH, over, ARR).endswith(told)


def test_settings_of_a_winner() -> None:
    assert settings_text({}) == "the policy as it is"
    settings = {"policies.plain.territory.share": 0.33333, "overlap": 1200.0, "policies.plain.pool.on": True}
    assert settings_text(settings) == "territory.share = 0.333, overlap = 1,200, pool.on = True"


def printed(summary: dict[str, Any]) -> str:
    out = Console(file=StringIO(), width=120)
    out.print(*render_optimum(summary, {"new_arr": ARR, "morale_mean": MORALE}))
    return out.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_a_search_of_which_nothing_could_be_judged() -> None:
    text = printed(SEARCH)
    assert text.startswith("40 settings of plain in 32 worlds; judged by ")
    assert "No settings that were tried could be judged in fresh worlds." in " ".join(text.split())


def test_a_front_of_two_outcomes_two_searches_and_failed_trials() -> None:
    cells = [judged(4e8, 1e8, 0.0), judged(0.1, 0.0, 0.0, promised=0.2)]
    best = {"settings": {"policies.plain.territory.share": 0.5}, "outcomes": cells, "on_front": True}
    present = {"settings": {}, "outcomes": cells, "on_front": False}
    two = [{"score": 5e8, "settings": best["settings"]}, {"score": 4.9e8, "settings": {}}]
    text = printed(
        SEARCH | {"outcomes": ["new_arr", "morale_mean"], "finalists": [best], "present": present, "trials": [20, 20],
                  "searches": two, "failed": 3}
    )  # fmt: skip
    assert "2 searches; judged by" in text
    assert "(Pareto front)" in text
    assert "A *" in text
    assert "*: no other of these beats it in fresh worlds" in text
    assert "The 2 searches found +5.00 M, +4.90 M at best, at other settings each" in " ".join(text.split())
    assert "3 trials failed in some world and were left out." in text
