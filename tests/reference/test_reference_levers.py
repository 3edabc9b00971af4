"""Engine and reference agree whatever a lever says.

Here each lever at settings that are not neutral. The long form (SALESPOLICY_LONG_REFERENCE=1) goes through every bound and
every word of every lever, open and beside a lockdown.
"""

from __future__ import annotations

from typing import Any

import pytest
from levers.test_levers_contract import accepted, options
from levers.test_levers_in_a_run import COMPANY, FIRMS
from reference.cases import COMPILED_ONLY, LONG, assert_same, firm

from simulation.levers import LEVERS, OUTSIDE
from simulation.spec import SpecError

pytestmark = [COMPILED_ONLY, pytest.mark.slow]
Settings = dict[str, dict[str, Any]]
HARD = {"territory": {"mode": "lockdown", "teams": 2}, "release": {"accounts": "outside"}}
PILOT = {**HARD, "territory": {"mode": "lockdown", "teams": 2, "share": 0.5}}
TEST = {
    "review": {"every": 4, "max_share": 0.3},
    "decision": {"rule": "sequential_test", "z": 0.05},
    "evidence": {"before_weeks": 4},
}
GO: Settings = {"staffing": {"share": 1.0}}
CHOOSE = {"allocation": {"rule": "chosen"}, "review": {"every": 5}}


def evidence(**settings: Any) -> Settings:
    return {**PILOT, **TEST, "evidence": {"before_weeks": 4, **settings}}


CASES: dict[str, Settings] = {
    "allocation fixed": {"allocation": {"rule": "fixed", "shares": {"A": 0.2, "C": 0.8}, "protected": 0.1}},
    "allocation of the product": {"allocation": {"rule": "fixed", "shares": {"B": 1.0}, "of": "rnd"}},
    "allocation belief": {"allocation": {"rule": "belief", "of": "capacity", "firmness": 0.4}},
    "assessment": {
        **PILOT,
        "assessment": {
            "horizon": 4, "tolerance": 0.5, "guarantee_weeks": 10, "quota_relief": 0.5, "pay_mix": 0.9,
            "double_credit": 30,
        },
    },
    "codification everyone": {"codification": {"share": 0.2, "writers": "everyone"}},
    "codification top": {"codification": {"share": 0.5}, "retrospective": {"every": 2}},
    "communication": {**PILOT, **GO, "communication": {"openness": 1.0}},
    "decision reversed": {**HARD, "decision": {"reverse_week": 15}, "release": {"accounts": "outside", "return_weeks": 20}},
    "decision probe": {**CHOOSE, "decision": {"rule": "probe_then_commit", "probe_weeks": 6, "confidence": 0.5}},
    "decision in turn": {**CHOOSE, "decision": {"rule": "explore_then_commit", "probe_weeks": 4}},
    "decision softmax": {**CHOOSE, "decision": {"rule": "softmax", "temperature": 2.0}, "evidence": {"source": "reports"}},
    "decision thompson": {
        **CHOOSE, "decision": {"rule": "thompson"}, "evidence": {"source": "blend", "interviews_a_week": 2},
    },
    "decision tripwire": {**GO, "decision": {"tripwire": 0.4, "tripwire_weeks": 2}},
    "development": {
        "development": {
            "training_share": 0.2, "coaching_hours": 4.0, "rotation_weeks": 5, "rotation_share": 0.5, "rotation_focus": 0.9,
        },
    },
    "evidence activity": evidence(),
    "evidence reports": evidence(source="reports"),
    "evidence conversations": evidence(source="conversations", missions="direct") | GO,
    "evidence retrospectives": evidence(source="retrospectives") | {"retrospective": {"every": 3}},
    "evidence payments": evidence(source="payments"),
    "evidence usage": evidence(source="usage"),
    "evidence interviews": evidence(source="interviews", interviews_a_week=1),
    "evidence usage and interviews": evidence(source="usage_and_interviews", interviews_a_week=3),
    "evidence before and after": {**HARD, **TEST, "evidence": {"design": "before_after", "before_weeks": 6}},
    "pool": {"pool": {"untouched_weeks": 2, "claims": 2, "cap": 10, "cooling_off": 6}},
    "pool with locks": {**PILOT, "pool": {"untouched_weeks": 4, "unclosed_weeks": 6, "locks": 3}},
    "release stale": {**HARD, "release": {"accounts": "stale", "stale_weeks": 3, "to": "similar"}},
    "release split": {
        **HARD, "release": {"accounts": "outside", "in_flight": "split", "credit_weeks": 4, "protect_late": True},
    },
    "release to the pool": {
        **HARD, "release": {"accounts": "outside", "to": "pool", "in_flight": "move", "protect_accounts": ("A:3", "B:0")},
    },
    "release phased": {**HARD, "release": {"accounts": "outside", "phased_weeks": 9, "protect_share": 0.2}},
    "retrospective": {**PILOT, "retrospective": {"every": 1, "hours": 6.0}},
    "staffing everybody": {"staffing": {"who": "everybody", "share": 1.0, "time": 0.5}},
    "staffing veterans": {"staffing": {"who": "veterans", "share": 0.7}},
    "staffing led": {**GO, "staffing": {"who": "leader_led", "share": 0.5, "skip": 1}, "retrospective": {"every": 4}},
    "targets": {**GO, "targets": {"quota": 2.0, "specificity": 0.9, "cadence": 4, "minutes": 60.0}},
    "territory preferred": {"territory": {"mode": "preferred", "teams": 3, "focus_share": 0.9, "pilots": "volunteers"}},
    "territory veterans": {
        **PILOT,
        "territory": {"mode": "lockdown", "teams": 1, "share": 0.6, "pilots": "veterans", "inbound": "any"},
    },
}  # fmt: skip


def without_a_case(cases: dict[str, Settings]) -> list[str]:
    """Settings of our levers that no case sets other than at their default, and words that none says."""
    found = []
    for name in sorted(set(LEVERS) - set(OUTSIDE)):
        default = LEVERS[name]().model_dump()
        for field, schema in LEVERS[name].model_json_schema()["properties"].items():
            tried = [case[name][field] for case in cases.values() if field in case.get(name, {})]
            if all(value == default[field] for value in tried):
                found.append(f"{name}.{field}")
            words = [word for option in options(schema) for word in option.get("enum", [])]
            found += [f"{name}.{field}: {word}" for word in words if word not in (*tried, default[field])]
    return found


def test_every_setting_and_every_word_of_every_lever_has_a_case() -> None:
    assert without_a_case(CASES) == []
    fewer = {
        name: case for name, case in CASES.items() if not name.startswith(("development", "evidence usage"))
    }
    gone = ["training_share", "coaching_hours", "rotation_weeks", "rotation_share", "rotation_focus"]
    words = ["evidence.source: usage", "evidence.source: usage_and_interviews"]
    assert without_a_case(fewer) == [*(f"development.{field}" for field in gone), *words]


@pytest.mark.parametrize("name", CASES)
def test_a_lever_that_is_set(name: str) -> None:
    assert_same(firm({"tried": CASES[name]}), "tried")


def test_a_baseline_that_is_not_neutral_is_left_at_the_start() -> None:
    world = firm({"tried": CASES["pool with locks"], "rotating": CASES["development"], "hard": HARD})
    for baseline in ("rotating", "hard"):
        assert_same(world.model_copy(update={"baseline": baseline}), "tried")


@pytest.mark.skipif(not LONG, reason="the long form: set SALESPOLICY_LONG_REFERENCE=1")
@pytest.mark.parametrize("name", LEVERS)
def test_every_setting_at_its_bounds(name: str) -> None:
    company = COMPANY.get(name, {})
    for beside in FIRMS.values():
        for fields in accepted(LEVERS[name]):
            policy = {lever: dict(settings) for lever, settings in {**beside, **company}.items()}
            policy[name] = {**policy.get(name, {}), **fields}
            try:
                world = firm({"tried": policy})
            except SpecError:
                continue
            assert_same(world, "tried")
