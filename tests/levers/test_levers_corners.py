"""Levers that are faulty, idle or told nothing new: seen by the code that admits them, without a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from levers.test_dropped_in_faults import FAULTS, GOOD
from levers.test_levers_contract import questions, same
from levers.test_levers_contradictions import problems

from simulation import levers
from simulation.levers import LEVERS, contract, dropped_in
from simulation.levers.base import Lever
from simulation.levers.dropped_in import LeverFaultError, levers_of
from simulation.spec import checked

PACKAGE = "levers_of_a_test"
Dropped = Callable[..., dict[str, type[Lever]]]


@pytest.fixture
def dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dropped]:
    """Takes in these files, text by name, as if their folder were that of the levers."""
    folder = tmp_path / PACKAGE
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(dropped_in, "FOLDER", folder)

    def found(**files: str) -> dict[str, type[Lever]]:
        for name, text in files.items():
            (folder / f"{name}.py").write_text(text, encoding="utf-8")
        return levers_of(PACKAGE, sorted(files))

    yield found
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


@pytest.mark.parametrize("fault", sorted(FAULTS.keys() - {"taken"}))
def test_a_faulty_file_is_refused_at_its_line(dropped: Dropped, fault: str) -> None:
    good, bad, line = FAULTS[fault]
    with pytest.raises(LeverFaultError) as caught:
        dropped(stand_up=GOOD.replace(good, bad))
    assert str(caught.value) == f"simulation/levers/stand_up.py:{line}"


def test_of_two_levers_with_one_name_the_one_whose_file_bears_it_stays(dropped: Dropped) -> None:
    for other in ("aaa", "zzz"):  # whichever is read first
        with pytest.raises(LeverFaultError) as caught:
            dropped(**{"stand_up": GOOD, other: GOOD})
        taken = "the name 'stand_up' is taken by the lever in stand_up.py (choose another name)"
        assert str(caught.value) == f"simulation/levers/{other}.py:14: {taken}"
        (Path(dropped_in.FOLDER) / f"{other}.py").unlink()


def test_sound_files_are_taken_in_by_name(dropped: Dropped) -> None:
    found = dropped(b=GOOD, a=GOOD.replace('"stand_up"', '"later"'))
    assert list(found) == ["later", "stand_up"]
    assert {name: lever.__module__ for name, lever in found.items()} == {
        "later": f"{PACKAGE}.a", "stand_up": f"{PACKAGE}.b",
    }  # fmt: skip


def test_a_module_with_no_name_like_it_gets_the_general_hint(dropped: Dropped) -> None:
    with pytest.raises(LeverFaultError) as caught:
        dropped(stand_up="import qqqqqqqqqqqqqqqqqqqqqqqqq\n")
    assert caught.value.hint == "docs/add_a_lever.md shows how to write one"
    assert caught.value.message.endswith("No module named 'qqqqqqqqqqqqqqqqqqqqqqqqq'")


def test_a_lever_must_be_as_strict_as_all(dropped: Dropped) -> None:
    loose = '    model_config: ClassVar[dict] = {"extra": "ignore"}\n'
    with pytest.raises(
        LeverFaultError, match=r"StandUp changes the strictness of levers .leave model_config out"
    ):
        dropped(stand_up=GOOD.replace("    name: ClassVar", f"{loose}    name: ClassVar"))


def test_a_lever_has_a_default_for_every_setting_and_answers_something(dropped: Dropped) -> None:
    hours = 'setting(0.0, "hours", "selling hours each rep spends in one a week", ge=0, le=8)'
    with pytest.raises(LeverFaultError, match="16: StandUp has no default for hours"):
        dropped(stand_up=GOOD.replace(f" = {hours}", ""))
    with pytest.raises(LeverFaultError, match=r"answers no decision point .a method named as one of "):
        dropped(mute=GOOD.replace("def meetings", "def _meetings").replace('"stand_up"', '"mute"'))


@pytest.mark.parametrize("name", ["not a word", "description", 7])
def test_a_name_that_no_policy_can_use(name: object) -> None:
    lever = type("Named", (LEVERS["review"],), {"name": name, "__annotations__": {}})
    wrong = contract.fault(lever)
    assert wrong is not None
    assert wrong.message == "has no name that a policy can call it by"
    assert contract.fault(LEVERS["review"]) is None


def test_allowing_a_lever_that_comes_along_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = dict(LEVERS)
    for name, value in (("LEVERS", dict(LEVERS)), ("OUTSIDE", {}), ("REFUSED", {})):
        monkeypatch.setattr(levers, name, value)
    monkeypatch.setenv("SALESPOLICY_ALLOW_LEVERS", "territory,nobody_has_it")
    levers._admit()
    assert list(levers.LEVERS.items()) == list(before.items())
    assert levers.OUTSIDE == {}
    assert list(levers.REFUSED) == ["nobody_has_it"]


def test_a_share_for_a_segment_that_there_is_not(tmp_path: Path) -> None:
    policy = "    allocation: {rule: fixed, shares: {Steel: 1.0}}\n"
    (found,) = problems(tmp_path, policy)
    assert "there is no segment 'Steel'" in found
    facts = SimpleNamespace(segments=("A", "B"))
    (finding,) = LEVERS["allocation"](rule="fixed", shares={"Steel": 1.0}).check(facts)
    assert (finding.message, finding.hint) == ("there is no segment 'Steel'", "A, B")


def test_only_settings_that_say_something_new_are_noted_as_idle(tmp_path: Path) -> None:
    share = LEVERS["territory"].model_fields["focus_share"].default
    assert problems(tmp_path, f"    territory: {{focus_share: {share}, teams: 2}}\n") == []
    (note,) = checked([tmp_path / "s.yaml"]).notes
    assert "territory.teams of policy 'other': it changes nothing: territory.mode is open" in str(note)


def test_a_rollout_too_small_for_one_rep_changes_no_territory() -> None:
    state, so_far = questions()["territories"]
    lever = LEVERS["territory"](mode="lockdown", teams=2)
    nobody, all_in = (lever.territories(state._replace(rollout=share), so_far) for share in (0.01, 1.0))
    assert nobody is so_far
    assert not same(all_in, so_far)
    assert np.asarray(all_in.members).all()
