"""What a notebook shows of an answer: the verdict and intervals, and nothing that people typed as markup."""

from __future__ import annotations

import json

from synthetic import make_tables

from analysis import compare
from analysis.notebook import table_html

EVIL = '<script>alert("x")</script> & [/red]'


def test_a_comparison_shows_verdict_and_intervals() -> None:
    answer = compare(make_tables(12, policies=("open", "lockdown", "preferred"), weeks=30))
    shown = answer._repr_html_()
    for sentence in answer.verdict["sentences"]:
        assert sentence.replace("'", "&#39;") in shown
    assert shown.count("<tr>") == 4  # a head, and one for each policy
    assert "95 % intervals, 12 worlds" in shown
    assert answer.verdict["ending"] in shown
    assert repr(answer).startswith("<Comparison: ")
    assert len(repr(answer)) < 2000


def test_a_verdict_is_data_and_shows_itself() -> None:
    verdict = compare(make_tables(4, policies=("open", "lockdown"))).verdict
    assert json.loads(json.dumps(verdict))["why"] == verdict["why"]
    assert verdict["state"] in verdict._repr_html_()


def test_a_decision_shows_its_chances() -> None:
    shown = compare(make_tables(12, policies=("open", "lockdown"))).decision._repr_html_()
    assert "in 12 worlds" in shown
    assert shown.count("<tr>") == 3


def test_text_stays_text() -> None:
    answer = compare(
        make_tables(4, policies=("open", "lockdown"), names={"lockdown": EVIL, "open": "<b>open"})
    )
    for shown in (
        answer._repr_html_(),
        answer.verdict._repr_html_(),
        table_html(EVIL, [EVIL], [[EVIL, EVIL]]),
    ):
        assert "<script" not in shown
        assert "<b>" not in shown
        assert "&lt;script&gt;" in shown
