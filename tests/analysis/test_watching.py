"""What to watch: signals with a planted threshold, signals that say nothing, and reviews with known answers."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.panel import AnalysisError, OutcomeInfo
from analysis.watching import stopped, watching
from analysis.watching_text import render_watching, sentences, watching_data

INFO = OutcomeInfo("money", "cents", 1, False, "", "Money")
WORDS = {"told": "what tells", "noise": "what does not", "resignations": "resignations"}


def cases(n: int, seed: int, noise: float) -> tuple[np.ndarray, np.ndarray]:
    """Leads are standard normal, and a signal that is the lead with an error of so many standard deviations."""
    rng = np.random.default_rng(seed)
    lead = rng.normal(0, 1, n)
    return lead, lead + noise * rng.normal(0, 1, n)


def test_a_signal_that_is_the_lead_itself_makes_no_error() -> None:
    lead, signal = cases(400, 1, 0.0)
    (rule,) = watching("p", "money", lead, {("told", 6): signal}).rules
    assert (rule.side, rule.auc) == (-1, 1.0)
    assert abs(rule.threshold) < 0.05
    assert rule.false_stop.mean < 0.02
    assert rule.missed_stop.mean < 0.02
    usual = min(np.maximum(lead, 0).mean(), np.maximum(-lead, 0).mean())
    assert rule.saves.mean == pytest.approx(usual, rel=0.02)
    flipped = watching("p", "money", lead, {("told", 6): -signal}).rules[0]
    assert (flipped.side, flipped.threshold) == (1, pytest.approx(-rule.threshold))


def test_rates_are_those_of_cases_that_had_no_part_in_choosing() -> None:
    """A signal with an error as large as the lead: a stop at 0 is right in 3 of 4 cases, and so both rates are 1/4."""
    lead, signal = cases(20_000, 2, 1.0)
    (rule,) = watching("p", "money", lead, {("told", 6): signal}).rules
    assert rule.false_stop.mean == pytest.approx(0.25, abs=0.05)
    assert rule.missed_stop.mean == pytest.approx(0.25, abs=0.05)
    assert (rule.false_stop.mean + rule.missed_stop.mean) / 2 == pytest.approx(0.25, abs=0.02)
    fresh_lead, fresh = cases(20_000, 3, 1.0)
    stops = stopped(fresh, rule.side, rule.threshold)
    errors = stops[fresh_lead >= 0].mean() + (~stops)[fresh_lead < 0].mean()
    assert errors == pytest.approx(rule.false_stop.mean + rule.missed_stop.mean, abs=0.02)
    assert rule.auc == pytest.approx(5 / 6, abs=0.01)  # four times the orthant of (lead, -lead, difference)


def test_signals_that_say_nothing_save_nothing() -> None:
    """Of 200 sets of 40 cases with four idle signals each, at most 5 % of rules are told as worth something."""
    rng = np.random.default_rng(4)
    told = every = 0
    for _ in range(200):
        lead = rng.normal(0.2, 1, 40)
        found = watching("p", "money", lead, {("noise", k): rng.normal(0, 1, 40) for k in range(4)})
        told += sum(rule.saves.low is not None and rule.saves.low > 0 for rule in found.rules)
        every += len(found.rules)
    assert every == 800
    assert told / every <= 0.05


def test_worlds_of_one_point_are_no_evidence_of_each_other() -> None:
    rng = np.random.default_rng(5)
    lead = np.repeat(rng.normal(0, 1, 12), 10) + rng.normal(0, 0.1, 120)
    fingerprint = np.repeat(rng.normal(0, 1, 12), 10)  # knows the point, and nothing else
    points = np.repeat(np.arange(12), 10)
    alone = watching("p", "money", lead, {("noise", 4): fingerprint}).rules[0]
    together = watching("p", "money", lead, {("noise", 4): fingerprint}, points).rules[0]
    assert together.saves.n == 12
    assert together.saves.mean < alone.saves.mean


def test_too_few_cases_and_too_few_of_a_kind() -> None:
    lead, signal = cases(19, 6, 1.0)
    with pytest.raises(AnalysisError, match="19 worlds are too few"):
        watching("p", "money", lead, {("told", 4): signal})
    found = watching("p", "money", np.abs(cases(50, 7, 1.0)[0]) + 1, {("told", 4): np.arange(50.0)})
    assert found.rules == ()
    assert "goes wrong in only 0 of 50" in found.why
    assert len(sentences(found, INFO, WORDS, "open")) == 2
    constant = watching("p", "money", cases(50, 8, 1.0)[0], {("told", 4): np.zeros(50)})
    assert constant.rules == ()
    assert sentences(constant, INFO, WORDS, "open")[1]


def test_cases_without_a_number_are_left_out() -> None:
    lead, signal = cases(100, 9, 0.5)
    lead[:3], signal[3:6] = np.nan, np.nan
    found = watching("p", "money", lead, {("told", 4): signal})
    assert found.cases == 97
    assert found.rules[0].false_stop.n + found.rules[0].missed_stop.n == 94


def test_it_is_told_in_words_and_as_data() -> None:
    lead, signal = cases(200, 10, 0.3)
    found = watching("p", "money", 1e8 * lead, {("told", 6): signal, ("resignations", 4): -signal})
    first, second = sentences(found, INFO, WORDS, "open")
    assert first.startswith("'p' ends behind 'open' on money in ")
    assert second.startswith("Watch ")
    assert "stop if they lie" in second
    assert len(render_watching(found, INFO, WORDS, "open", ["When.", "What."])) == 6
    assert watching_data(found, INFO, WORDS, "open")["signals"][0]["false_stop"]["mean"] is not None


def test_the_best_of_many_signals_that_say_nothing_is_seldom_recommended() -> None:
    """24 signals, 60 experiments. At one in twenty more than 7 come in 2 % of tests; 95 % for each alone gave 16."""
    rng = np.random.default_rng(1)
    told = sum(
        watching(
            "p", "money", rng.normal(0, 1, 40), {("noise", k): rng.normal(0, 1, 40) for k in range(24)}
        ).clear
        for _ in range(60)
    )
    assert told <= 7
