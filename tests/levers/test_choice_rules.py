"""Rules by which a leader chooses a segment: each branch by hand, and the chances of those that draw lots."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.levers.choice_rules import (
    RULES,
    explore_then_commit,
    probe_then_commit,
    softmax,
    thompson,
)
from simulation.levers.decision import Decision
from simulation.levers.points import Choice, ChoiceState

START = 26
SO_FAR = Choice(-1, False, "as it was")
FIRST = Choice(0, True, "as it was")
"""Committed to the first."""


def asked(weeks=0, best=(0.5, 0.3, 0.2), mean=(0.0, 0.0, 0.0), **figures):
    """The question `weeks` weeks after the start; nothing chosen, no review, unless said otherwise."""
    segments = len(mean)
    usual = {
        "sd": (1.0,) * segments, "focus": -1, "committed": False, "review": False,
        "noise": (0.5,) * segments, "lot": (0.0,) * segments,
    }  # fmt: skip
    fields = {**usual, "mean": mean, "best": best, **figures}
    arrays = {k: np.array(v, float) if isinstance(v, tuple) else v for k, v in fields.items()}
    return ChoiceState(week=START + weeks, start_week=START, **arrays)


# watch all, then commit


PROBE = Decision(rule="probe_then_commit", probe_weeks=10, confidence=0.8)
LAST, LAST_BUT_ONE = (0.1, 0.05, 0.85), (0.1, 0.8, 0.1)


def test_a_probe_goes_on_while_nothing_is_clear():
    for weeks in (0, 1, 9):
        assert probe_then_commit(PROBE, asked(weeks, review=True), SO_FAR) is SO_FAR
    assert probe_then_commit(PROBE, asked(9, best=(0.799, 0.2, 0.001)), SO_FAR) is SO_FAR


def test_a_probe_ends_as_soon_as_the_best_is_clear():
    """Whether or not a review is due."""
    for review in (False, True):
        found = probe_then_commit(PROBE, asked(0, best=LAST, review=review), SO_FAR)
        assert found == Choice(2, True, "best with probability 0.85")
    assert probe_then_commit(PROBE, asked(3, best=LAST_BUT_ONE), SO_FAR)[:2] == (
        1,
        True,
    )  # just as clear as asked


def test_a_probe_ends_when_its_time_is_up():
    for weeks in (10, 11):
        found = probe_then_commit(PROBE, asked(weeks, best=(0.3, 0.34, 0.36)), SO_FAR)
        assert found == Choice(2, True, "best with probability 0.36")
    assert probe_then_commit(PROBE, asked(10, best=(0.2, 0.4, 0.4)), SO_FAR)[:2] == (
        1,
        True,
    )  # equals: the first


def test_after_a_commitment_only_a_review_and_a_clear_lead_change_it():
    def later(best, review=True, focus=0):
        return probe_then_commit(PROBE, asked(50, best, committed=True, focus=focus, review=review), FIRST)

    assert later(LAST) == Choice(2, True, "another is best with probability 0.85")
    assert later(LAST_BUT_ONE)[:2] == (1, True)
    assert later(LAST, review=False) is FIRST
    assert later((0.1, 0.2, 0.79)) is FIRST  # though the probe would long be over
    assert later(LAST, focus=2) is FIRST  # it is the one already


# try each in turn, then commit


EXPLORE = Decision(rule="explore_then_commit", probe_weeks=4, confidence=0.8)


@pytest.mark.parametrize(
    ("weeks", "turn"), [(0, 0), (1, 0), (3, 0), (4, 1), (7, 1), (8, 2), (11, 2)], ids=str
)
def test_each_has_its_turn_whatever_is_believed(weeks, turn):
    question = asked(weeks, best=(0.0, 0.99, 0.01), mean=(-2.0, 3.0, 0.0))
    for before in (-1, (turn + 1) % 3):
        found = explore_then_commit(EXPLORE, question._replace(focus=before), SO_FAR)
        assert found == Choice(turn, False, "its turn to be tried")
    assert explore_then_commit(EXPLORE, question._replace(focus=turn), SO_FAR) is SO_FAR


def test_when_all_have_been_tried_the_best_is_chosen_however_unsure():
    for weeks in (12, 13, 40):
        question = asked(weeks, best=(0.2, 0.38, 0.42), mean=(-0.1, 0.3, 0.2), focus=2)
        found = explore_then_commit(EXPLORE, question, SO_FAR)
        assert found == Choice(1, True, "best with probability 0.38 after all have been tried")
    already = asked(12, best=(0.2, 0.38, 0.42), mean=(-0.1, 0.2, 0.3), focus=2)
    assert explore_then_commit(EXPLORE, already, SO_FAR)[:2] == (2, True)  # no trial any more
    equal = asked(12, mean=(-0.1, 0.3, 0.3))
    assert explore_then_commit(EXPLORE, equal, SO_FAR)[:2] == (1, True)


def test_after_the_trials_a_commitment_is_kept_as_after_a_probe():
    kept = {"committed": True, "focus": 0, "mean": (-1.0, 0.0, 3.0)}
    assert explore_then_commit(EXPLORE, asked(12, LAST, **kept), FIRST) is FIRST
    assert explore_then_commit(EXPLORE, asked(12, (0.1, 0.2, 0.7), review=True, **kept), FIRST) is FIRST
    found = explore_then_commit(EXPLORE, asked(12, LAST, review=True, **kept), FIRST)
    assert found == Choice(2, True, "another is best with probability 0.85")
    # nor does one who came committed begin to try
    assert explore_then_commit(EXPLORE, asked(0, **kept), FIRST) is FIRST


# by lot


def test_lots_are_drawn_at_reviews_only():
    question = asked(3, mean=(0.0, 9.0, 0.0))
    for rule in (softmax, thompson):
        assert rule(Decision(rule=rule.__name__), question, FIRST) is FIRST
        assert rule(Decision(rule=rule.__name__), question._replace(review=True), FIRST)[:2] == (1, True)


def test_softmax_by_hand():
    """-log(-log u) is .3665 at u = 1/2, 2.2504 at .9 and -.8340 at .1."""
    question = asked(mean=(0.5, -0.5, 0.75), noise=(0.5, 0.9, 0.1), review=True)
    # at temperature 1: .87, 1.75, -.08; at 1/2: .68, .63, .33; at 1/100: .50, -.48, .74
    for temperature, focus, why in ((1.0, 1, "-0.50"), (0.5, 0, "+0.50"), (0.01, 2, "+0.75")):
        lever = Decision(rule="softmax", temperature=temperature)
        assert softmax(lever, question, SO_FAR) == Choice(focus, True, f"by lot, believed fit {why}")


def test_softmax_chooses_in_proportion_to_the_exponentials():
    """Luce: chances e^(mean / temperature), here 1 : 2 : 5; 6,000 lots, each share within 4 standard errors."""
    rng, n, lever = np.random.default_rng(8), 6_000, Decision(rule="softmax", temperature=0.25)
    question = asked(mean=(0.0, 0.25 * math.log(2), 0.25 * math.log(5)), review=True)
    drawn = [softmax(lever, question._replace(noise=u), SO_FAR).focus for u in rng.uniform(0, 1, (n, 3))]
    for s, share in enumerate((1 / 8, 2 / 8, 5 / 8)):
        assert abs(drawn.count(s) / n - share) < 4 * math.sqrt(share * (1 - share) / n)


def test_thompson_by_hand():
    lever = Decision(rule="thompson")
    question = asked(mean=(0.5, -0.25, 0.0), sd=(0.1, 1.0, 2.0), review=True)
    # draws .5, -.25, 0; then .4, .75, -2; then .5, .35, .6
    for lot, focus, why in (
        ((0.0, 0.0, 0.0), 0, "mean +0.50 +- 0.10"),
        ((-1.0, 1.0, -1.0), 1, "mean -0.25 +- 1.00"),
        ((0.0, 0.6, 0.3), 2, "mean +0.00 +- 2.00"),
    ):
        found = thompson(lever, question._replace(lot=np.array(lot)), SO_FAR)
        assert found == Choice(focus, True, f"a draw from the beliefs, {why}")


def test_thompson_chooses_as_often_as_it_is_believed_to_be_the_best():
    """P(N(.3, .5) > N(0, 1)) = Phi(.3 / sqrt(1.25)); 6,000 lots, within 4 standard errors."""
    rng, n, lever = np.random.default_rng(9), 6_000, Decision(rule="thompson")
    question = asked(best=(0.5, 0.5), mean=(0.3, 0.0), sd=(0.5, 1.0), review=True)
    drawn = [thompson(lever, question._replace(lot=z), SO_FAR).focus for z in rng.normal(0, 1, (n, 2))]
    share = 0.5 * math.erfc(-0.3 / math.sqrt(1.25) / math.sqrt(2))
    assert abs(drawn.count(0) / n - share) < 4 * math.sqrt(share * (1 - share) / n)


# the lever


def test_the_lever_answers_by_its_rule():
    """One question to which the four rules have four answers."""
    question = asked(
        13, best=(0.2, 0.2, 0.6), mean=(0.0, 0.1, 0.2), sd=(1.0, 0.0, 0.0), lot=(1.0, 0.0, 0.0),
        noise=(0.1, 0.99, 0.1), review=True,
    )  # fmt: skip
    expected = {
        "probe_then_commit": (2, True),  # its 13 weeks are over
        "explore_then_commit": (1, False),  # the second's turn
        "softmax": (1, True),
        "thompson": (0, True),
    }
    assert set(expected) == set(RULES)
    for rule, answer in expected.items():
        assert Decision(rule=rule).choice(question, SO_FAR)[:2] == answer
    for rule in ("fixed", "sequential_test"):
        assert Decision(rule=rule).choice(question, SO_FAR) is SO_FAR
