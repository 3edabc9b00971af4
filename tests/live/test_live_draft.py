"""Drafts, controls and the smaller world: what a tab is about, without a page."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock

import pytest
from live.serving import TINY

from analysis.language import speaking
from app.live import controls, draft
from app.live.desk import MOST_NOTICES, Desk
from app.live.draft import Refused
from app.live.server import hear
from app.live.shrunk import CUSTOMERS, REPS, shrink
from simulation.levers import LEVERS
from simulation.parameters import PARAMETERS
from simulation.spec import dump_scenario, load_scenario


@pytest.fixture
def flagship() -> draft.Draft:
    return draft.opened("industry_focus")


def test_every_setting_of_every_lever_has_a_control_within_its_bounds() -> None:
    groups = {group.name: group.controls for group in controls.lever_groups()}
    assert groups.keys() == LEVERS.keys()
    for name, lever in LEVERS.items():
        assert [control.name for control in groups[name]] == list(lever.model_fields)
        for control in groups[name]:
            if control.kind == "slider":
                for end in (control.low, control.high):
                    lever.model_validate({control.name: control.read(end)})
                assert control.unit, control
            for choice in control.choices:
                lever.model_validate({control.name: choice})
            assert control.hint, control


def test_every_parameter_has_a_control_with_its_source(flagship: draft.Draft) -> None:
    found = {
        c.name: c
        for c in controls.every(controls.world_groups(flagship.scenario))
        if c.path.startswith("world/parameters/")
    }
    assert found.keys() == PARAMETERS.keys()
    assert all((found[name].low, found[name].high) == (p.low, p.high) for name, p in PARAMETERS.items())
    assert all(p.source in found[name].source for name, p in PARAMETERS.items())


def test_wide_ranges_are_slid_near_the_value(flagship: draft.Draft) -> None:
    (reps,) = (c for c in controls.every(controls.world_groups(flagship.scenario)) if c.path == "world/reps")
    assert (reps.low, reps.high, reps.whole) == (30, 480, True)


@pytest.mark.parametrize(
    ("low", "high", "step"), [(0, 1, 0.005), (0.33, 0.5, 0.001), (0, 8, 0.05), (-3, 3, 0.05), (1, 104, 1.0)]
)
def test_steps_are_round(low: float, high: float, step: float) -> None:
    assert controls.step_of(low, high) == step


@pytest.mark.parametrize(
    "value", [True, "4", None, [4], {}, 4.5, float("nan"), float("inf"), 1e300, -(10**400)]
)
def test_what_is_no_value_of_a_setting_is_none(value: Any) -> None:
    (teams,) = (c for c in controls.every(controls.lever_groups()) if c.path == "territory/teams")
    with pytest.raises(ValueError, match="teams"):
        teams.read(value)


def test_a_lever_changes_the_right_policy_only(flagship: draft.Draft) -> None:
    changed = flagship.with_lever("territory/teams", 3)
    whole = changed.whole()
    assert whole.policies[changed.shown].territory.teams == 3
    assert {name: whole.policies[name] for name in flagship.policies} == flagship.policies
    assert changed.with_lever("territory/teams", 4).levers == {}  # as it was: no change any more
    assert changed.with_lever("territory/teams", 4).shown == "lockdown"


def test_what_the_schema_refuses_is_refused_with_its_reason(flagship: draft.Draft) -> None:
    with pytest.raises(Refused, match="30 teams for 8 segments"):
        flagship.with_lever("territory/teams", 30)
    with pytest.raises(Refused, match="open_deals must be between 5 and 60"):
        flagship.with_world("world/parameters/open_deals", 3.0)
    with pytest.raises(Refused, match="12 managers for 4 reps"):
        flagship.with_world("world/reps", 4)


def test_what_is_saved_is_restored(flagship: draft.Draft) -> None:
    made = (
        flagship.with_lever("territory/teams", 3)
        .keep("三队 🦊")
        .with_world("world/reps", 60)
        .with_lever("release/to", "pool")
    )
    again = draft.restored(json.loads(json.dumps(made.saved())))
    assert again.whole() == made.whole()
    assert (again.left, again.right, again.shown) == ("open", "三队 🦊", "三队 🦊_changed")
    assert again.drop("三队 🦊").right == "open"
    ours = made.policies["三队 🦊"].model_dump_json()
    clash = draft.restored(
        {**made.saved(), "kept": {"open": ours}}
    )  # the scenario has got a policy of that name since
    assert clash.policies["open"] == flagship.policies["open"]


def test_what_is_saved_as_yaml_is_the_same_scenario(flagship: draft.Draft, tmp_path: Path) -> None:
    whole = flagship.with_lever("territory/teams", 3).keep("three").whole()
    (tmp_path / "saved.yaml").write_text(dump_scenario(whole), encoding="utf-8")
    assert load_scenario(tmp_path / "saved.yaml") == whole


@pytest.mark.parametrize(
    "kept",
    [
        {
            "world": {"name": "x", "seed": 3, "policies/open/description": "<b>"},
            "levers": {"territory/teams": 99},
        },
        {
            "world": {"world/reps": "many", "world/parameters/nothing": 1},
            "levers": {"../..": 1, "territory/mode": ["open"]},
        },
        {"left": ["open"], "right": {"a": 1}, "kept": {"<b>": "{}", "a": "no json", "b": 7}},
        {"world": [], "levers": "x", "kept": 3, "left": 4, "right": None},
        {"kept": {"x" * 10_000: "{}"}},
    ],
)
def test_junk_in_what_a_browser_kept_is_left_out(flagship: draft.Draft, kept: Any) -> None:
    assert draft.restored({"name": "industry_focus", **kept}).whole() == flagship.whole()


@pytest.mark.parametrize(
    "kept", [None, 3, [], {}, {"name": 4}, {"name": "../../etc/passwd"}, {"name": "x", "text": "a: ["}]
)
def test_what_cannot_be_restored_is_refused(kept: Any) -> None:
    with pytest.raises(Refused):
        draft.restored(kept)


def test_a_broken_file_is_told_with_line_and_column() -> None:
    with pytest.raises(Refused) as refused:
        draft.opened("my <b>.yaml", "name: a\nworld: {reps: many}\n")
    assert refused.value.lines[-1].startswith("my <b>.yaml:2:15: reps must be a whole number")
    with pytest.raises(Refused, match="larger than 1 MB"):
        draft.opened("large.yaml", "#" * 1_000_001)


def test_a_file_from_the_browser_reads_no_other_file(tmp_path: Path) -> None:
    for path in ("/etc/hostname", "../secret.yaml", str(tmp_path)):
        with pytest.raises(Refused) as refused:
            draft.opened("a.yaml", TINY + f"  include: ['{path}']\n")
        assert all(line.startswith("a.yaml:") for line in refused.value.lines)
        assert not any("salespolicy-" in line for line in refused.value.lines)


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "x" * 10_000, "", "  ", "a/b", "=cmd", "open", "a\u202eb"]
)
def test_names_that_cannot_be_are_refused(flagship: draft.Draft, name: str) -> None:
    with pytest.raises(Refused):
        flagship.keep(name)


def test_there_is_an_end_to_variants(flagship: draft.Draft) -> None:
    for n in range(draft.MOST_VARIANTS):
        flagship = flagship.keep(f"v{n}")
    with pytest.raises(Refused, match="drop one"):
        flagship.keep("another")


@pytest.mark.parametrize("name", draft.names())
def test_every_scenario_has_a_smaller_world_of_the_same_kind(name: str) -> None:
    whole = draft.opened(name).whole()
    small = shrink(whole)
    assert small.smaller
    assert small.scenario.world.reps == REPS
    assert small.scenario.world.customers <= CUSTOMERS
    assert small.scenario.policies == whole.policies
    assert small.scenario.weeks <= small.scenario.start_week + 104


def test_a_world_that_fits_no_smaller_one_is_lived_as_it_is_or_not_at_all() -> None:
    text = TINY.replace("reps: 8", "reps: 300").replace("customers: 400", "customers: 30000")
    text = text.replace(
        "accounts: outside", "accounts: outside, protect_accounts: ['=cmd|'' /C calc''!A0:8999']"
    )
    kept = shrink(draft.opened("t.yaml", text).whole())
    assert (kept.smaller, kept.lived) == (False, True)
    huge = shrink(draft.opened("t.yaml", text.replace("30000", "3000000")).whole())
    assert (huge.smaller, huge.lived) == (False, False)


def test_a_desk_answers_nonsense_in_words_and_stays_as_it_was() -> None:
    desk = Desk("industry_focus")
    before = desk.draft
    for what in (
        None,
        3,
        "x",
        {},
        {"scope": "levers", "path": "territory/none", "value": 1},
        {"scope": ["a"], "path": {}},
    ):
        desk.change(what)
        desk.open(what)
        desk.choose("left", what)
        desk.keep([what])
        desk.drop(what)
    assert desk.draft == before
    assert {kind for kind, _ in desk.notices} == {"bad"}
    assert len(desk.notices) <= MOST_NOTICES


def test_a_refused_control_is_told_what_to_show_again() -> None:
    desk = Desk("industry_focus")
    back = desk.change({"scope": "levers", "path": "territory/teams", "value": 30})
    assert back == {"scope": "levers", "path": "territory/teams", "value": 4, "shown": "4"}
    assert desk.change({"scope": "levers", "path": "territory/teams", "value": 3}) is None
    assert desk.policies_to_run() == ["open", "lockdown_changed"]


def test_what_was_said_of_earlier_acts_goes_when_another_begins() -> None:
    """Four refusals stood one above the other, whatever was done since."""
    tab: Any = SimpleNamespace(
        desk=Desk("industry_focus"), frame=0, after=AsyncMock(), draw=AsyncMock(), tell=AsyncMock()
    )
    said = {"kind": "change", "scope": "levers", "path": "territory/teams"}
    for teams in (30, 31):
        asyncio.run(hear(tab, said | {"value": teams}))
    ((_, lines),) = tab.desk.notices
    assert "31 teams for 8 segments" in lines[0]
    asyncio.run(hear(tab, {"kind": "week", "frame": 3}))
    assert tab.desk.notices
    asyncio.run(hear(tab, said | {"value": 3}))
    assert tab.desk.notices == []
    asyncio.run(hear(tab, {"kind": "file", "trouble": "large"}))
    assert "1 MB" in tab.desk.notices[0][1][0]
    asyncio.run(hear(tab, {"kind": "act", "name": "hide", "value": "0"}))
    assert tab.desk.notices == []


@pytest.mark.parametrize("kind", [{}, [], None, "nothing", 1e999])
def test_what_is_no_act_is_passed_over(kind: Any) -> None:
    tab: Any = SimpleNamespace(desk=Desk("industry_focus"))
    asyncio.run(hear(tab, {"kind": kind}))
    assert tab.desk.notices == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: a\nworld: {reps: many}\n", "a.yaml:2:15: reps 必须是整数，而不是 'many'"),
        ("name: a\nworld: {reps: 4000000}\n", "a.yaml:2:15: reps 最多为 "),
        ("name: a\nworlds: {}\n", "a.yaml:2:1: 未知的键 'worlds'（您是指“world”吗？）"),
        ("name: a\npolicies: {open: {}, x: {territory: {mode: closed}}}\n", "mode 必须是以下之一：open, "),
        ("name: [", "不是有效的 YAML"),
        ("", "a.yaml:1:1: 文件是空的"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_the_language_of_the_page(text: str, words: str) -> None:
    with speaking("zh"), pytest.raises(Refused) as refused:
        draft.opened("a.yaml", text)
    assert words in "\n".join(refused.value.lines)


def test_refused_changes_are_said_in_the_language_of_the_page(flagship: draft.Draft) -> None:
    with speaking("zh"):
        with pytest.raises(
            Refused, match=r"政策“lockdown_changed”的 territory.teams：8 个客群却有 30 个团队（每个团队"
        ):
            flagship.with_lever("territory/teams", 30)
        with pytest.raises(Refused, match="参数 open_deals 必须在 5 到 60"):
            flagship.with_world("world/parameters/open_deals", 3.0)
        with pytest.raises(Refused, match="4 名销售却有 12 名"):
            flagship.with_world("world/reps", 4)
        with pytest.raises(Refused, match="“open”是场景里的政策"):
            flagship.keep("open")
        with pytest.raises(Refused, match="政策名称"):
            flagship.keep("<b>")
