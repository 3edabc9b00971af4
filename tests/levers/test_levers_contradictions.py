"""Settings that promise what cannot happen are refused where they stand; what is merely without effect is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation.spec import SpecError, checked, load_scenario

SCENARIO = """
weeks: 30
start_week: 5
world:
  reps: 12
  managers: 2
  customers: 600
  segments:
    - {name: A, share: 0.5, deal_value_median: 9, deal_value_sigma: 1}
    - {name: B, share: 0.3, deal_value_median: 9, deal_value_sigma: 1}
    - {name: C, share: 0.2, deal_value_median: 9, deal_value_sigma: 1}
policies:
  open:
  other:
"""
LOCK = "    territory: {mode: lockdown, teams: 2}\n"
TEST = "    decision: {rule: sequential_test}\n"


def problems(folder: Path, policy: str, reps: int = 12) -> list[str]:
    file = folder / "s.yaml"
    file.write_text(SCENARIO.lstrip().replace("reps: 12", f"reps: {reps}") + policy, encoding="utf-8")
    try:
        load_scenario(file)
    except SpecError as error:
        return [str(problem).removeprefix(f"{file}:") for problem in error.problems]
    return []


REFUSED = {
    "nobody in a lockdown": (
        "    territory: {mode: lockdown, teams: 2, share: 0.04}\n",
        "14:50: territory.share of policy 'other': 0.04 of 12 reps is nobody (raise the share)",
    ),
    "nobody in a preference": (
        "    territory: {mode: preferred, teams: 2, share: 0.04}\n",
        "14:51: territory.share of policy 'other': 0.04 of 12 reps is nobody (raise the share)",
    ),
    "more teams than segments": ("    territory: {mode: preferred, teams: 4}\n", "4 teams for 3 segments"),
    "review without a rule": (
        LOCK + "    review: {every: 4}\n",
        "15:21: review.every of policy 'other': a review changes nothing while decision.rule is fixed "
        "(decision: {rule: sequential_test})",
    ),
    "review that may move nobody": (
        "    territory: {mode: lockdown, teams: 2, share: 0.5}\n" + TEST + "    review: {every: 4, max_share: 0.03}\n",
        "16:35: review.max_share of policy 'other': a review may move 0.03 of 12 reps, which is nobody",
    ),
    "rule without a review": (
        "    territory: {mode: lockdown, teams: 2, share: 0.5}\n" + TEST,
        "15:22: decision.rule of policy 'other': no evidence is ever looked at: review.every is 0 (review: {every: 6})",
    ),
    "test of nothing": (
        TEST + "    review: {every: 4}\n",
        "14:22: decision.rule of policy 'other': there is nothing to test: territory.mode is open",
    ),
    "reversal of nothing": (
        "    decision: {reverse_week: 9}\n",
        "14:30: decision.reverse_week of policy 'other': there is nothing to abandon: territory.mode is open",
    ),
    "nobody left to compare with": (
        LOCK + TEST + "    review: {every: 4}\n",
        "evidence.design of policy 'other': all reps are under the policy from the start: there are no others to",
    ),
    "findings of no meeting": (
        "    evidence: {source: retrospectives}\n",
        "14:24: evidence.source of policy 'other': there are no retrospectives to hear of",
    ),
    "interviews with nobody": (
        "    evidence: {source: usage_and_interviews}\n    decision: {rule: softmax}\n",
        "14:24: evidence.source of policy 'other': nobody is interviewed: interviews_a_week is 0",
    ),
    "conversations about segments": (
        "    evidence: {source: conversations}\n    decision: {rule: softmax}\n",
        "14:24: evidence.source of policy 'other': conversations show how reps work, not which segment is better",
    ),
    "rotation among teams": (
        LOCK + "    development: {rotation_weeks: 13}\n",
        "15:35: development.rotation_weeks of policy 'other': reps who have a home segment cannot rotate to others",
    ),
    "no time to sell": (
        "    development: {training_share: 0.5}\n    codification: {share: 0.5}\n",
        "14:35: development.training_share of policy 'other': training and writing the playbook take all the time",
    ),
    "account of no segment": (
        LOCK + "    release: {protect_accounts: [A:3, D:1]}\n",
        "15:15: release.protect_accounts of policy 'other': there is no account 'D:1' (a segment, a colon and",
    ),
    "account beyond the segment": (
        LOCK + "    release: {protect_accounts: [A:299, C:120]}\n",
        "15:15: release.protect_accounts of policy 'other': there is no account 'C:120': the segment has 120 customers",
    ),
    "relief in no week": (
        "    assessment: {quota_relief: 0.5}\n",
        "14:32: assessment.quota_relief of policy 'other': the quota is lifted in the guarantee weeks, and there are none",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_contradictions_are_refused_where_they_stand(tmp_path: Path, case: str) -> None:
    policy, expected = REFUSED[case]
    found = problems(tmp_path, policy)
    assert len(found) == 1, found
    assert expected in found[0]


def test_a_segment_that_nobody_may_develop(tmp_path: Path) -> None:
    """Three teams need three reps, two teams and the rest as well; a pilot needs one, the others cover the rest."""
    for teams in (2, 3):
        policy = f"    territory: {{mode: lockdown, teams: {teams}}}\n"
        (problem,) = problems(tmp_path, policy, reps=2)
        assert f"{teams} teams and the rest of the segments need 3 reps, there are 2" in problem
        assert problems(tmp_path, policy, reps=3) == []
        assert problems(tmp_path, policy.replace("}", ", share: 0.5}"), reps=2) == []


ALLOWED = {
    "a release under open territories": "    release: {accounts: outside, in_flight: move}\n",
    "a right of return that nobody will use": LOCK + "    release: {accounts: outside, return_weeks: 13}\n",
    "late stages of deals that are finished anyhow": LOCK + "    release: {accounts: outside, protect_late: true}\n",
    "a guarantee without relief": "    assessment: {guarantee_weeks: 13}\n",
    "evidence that nobody asks for": LOCK + "    evidence: {source: payments}\n",
    "hours of meetings that are not held": "    retrospective: {hours: 4.0}\n",
    "credit split where deals are finished": LOCK + "    release: {accounts: outside, credit_weeks: 4}\n",
    "accounts protected by name": LOCK + "    release: {accounts: outside, protect_accounts: [A:299, C:119]}\n",
    "all in, against their own trend": LOCK + TEST + "    review: {every: 4}\n    evidence: {design: before_after}\n",
    "reviewed pilot": "    territory: {mode: lockdown, teams: 2, share: 0.5}\n" + TEST + "    review: {every: 4}\n",
}  # fmt: skip


@pytest.mark.parametrize("case", ALLOWED)
def test_what_is_without_effect_is_allowed(tmp_path: Path, case: str) -> None:
    assert problems(tmp_path, ALLOWED[case]) == []


def test_what_is_inherited_is_one_problem(tmp_path: Path) -> None:
    policy = LOCK + "    review: {every: 4}\n  third: {inherits: other}\n  fourth: {inherits: third}\n"
    assert len(problems(tmp_path, policy)) == 1


IDLE = {
    "release under open territories": (
        "    release: {accounts: outside}\n",
        "14:25: release.accounts of policy 'other': nothing is released: no account is outside its owner's territory",
    ),
    "release under a preference": (
        "    territory: {mode: preferred, teams: 2}\n    release: {accounts: stale}\n",
        "15:25: release.accounts of policy 'other'",
    ),
    "release with shared capacity, no hard edge": (
        "    allocation: {rule: belief, firmness: 0.5}\n    release: {accounts: outside}\n",
        "15:25: release.accounts of policy 'other'",
    ),
    "terms of a release that keeps all": (
        LOCK + "    release: {phased_weeks: 13}\n",
        "15:5: release.accounts of policy 'other': nothing is released: accounts is keep",
    ),
    "teams under open territories": (
        "    territory: {teams: 2}\n",
        "14:24: territory.teams of policy 'other': it changes nothing: territory.mode is open",
    ),
}
NOT_IDLE = {
    "released under a lockdown": LOCK + "    release: {accounts: outside}\n",
    "released by shared capacity": "    allocation: {rule: belief}\n    release: {accounts: outside}\n",
    "open on purpose": "    territory: {mode: open, teams: 2}\n",
    "all at their default": "    release: {accounts: keep}\n    territory: {mode: open, teams: 4}\n",
}


@pytest.mark.parametrize("case", [*IDLE, *NOT_IDLE])
def test_what_is_without_effect_is_a_note_and_no_problem(tmp_path: Path, case: str) -> None:
    policy, expected = IDLE.get(case) or (NOT_IDLE[case], None)
    assert problems(tmp_path, policy) == []
    file = tmp_path / "s.yaml"
    notes = [str(note).removeprefix(f"{file}:") for note in checked([file]).notes]
    assert len(notes) == (expected is not None), notes
    assert all(note.startswith(expected) for note in notes)


def test_an_inherited_idle_setting_is_noted_once(tmp_path: Path) -> None:
    policy = "    release: {accounts: outside}\n  third:\n    inherits: other\n"
    assert problems(tmp_path, policy) == []
    assert len(checked([tmp_path / "s.yaml"]).notes) == 1


def test_no_scenario_that_comes_along_says_anything_in_vain() -> None:
    files = sorted((Path(__file__).resolve().parents[2] / "scenarios").glob("*.yaml"))
    assert checked(files) == ([], [])
