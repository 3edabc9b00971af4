"""Keeping runs: what is refused, what is told, and what is let go of, where it seldom comes to that."""

from __future__ import annotations

import fcntl
import gc
import json
import os
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from fake_worlds import FakeWorlds, record, small_scenario
from helpers import run
from sweep_helpers import small_sweep, sweep

from simulation.levers import LEVERS
from simulation.runs import DirectoryRefusedError, chunks, lock, orphans, read_tables
from simulation.runs import parts as files
from simulation.runs.attempt import failure
from simulation.runs.identity import Identity, default_directory
from simulation.runs.ledger import DoneRun, Ledger, Part
from simulation.runs.manifest import check_of
from simulation.runs.record import check_records
from simulation.runs.settings import _NoModelError, _put, with_settings
from simulation.runs.sweep_store import column_of, opened
from simulation.runs.sweep_tables import read_sweep
from simulation.runs.tables import policy_text
from simulation.runs.upkeep import check
from simulation.runs.watched import LOOKS, _signals, column
from simulation.spec import SpecError
from simulation.spec.draws import Draws

SCENARIO = small_scenario()
prepared: list[tuple[str, int]] = []


def prepare(scenario: Any, way: int) -> None:
    prepared.append((scenario.name, way))


def test_records_are_those_that_were_asked_for() -> None:
    one, other = (record(SCENARIO, policy, 3, 1) for policy in ("open", "lockdown"))
    both = ("lockdown", "open")
    assert check_records([one, other], 3, both, 20) == {"open": one, "lockdown": other}
    short = replace(other, final={name: x for name, x in other.final.items() if name != "new_arr"})
    with pytest.raises(ValueError, match="records of 'lockdown' and 'open' differ in their outcomes"):
        check_records([one, short], 3, both, 20)
    with pytest.raises(ValueError, match="asked for replication 4, got one of 3"):
        check_records([one, other], 4, both, 20)
    cut = replace(one, periods={**one.periods, "new_arr": one.periods["new_arr"][:19]})
    with pytest.raises(ValueError, match=r"outcome 'new_arr' has shape \(19,\), expected \(20,\)"):
        check_records([cut], 3, ("open",), 20)


def test_a_failure_names_the_lever_and_line_it_came_from() -> None:
    try:
        LEVERS["territory"](mode="lockdown").territories(None, None)
    except AttributeError as error:
        found = failure(error, "lockdown", 2)
    assert found.error.startswith(
        "AttributeError: 'NoneType' object has no attribute 'rollout' (lever 'territory', "
    )
    assert "territory.py:" in found.error
    assert failure(ValueError("elsewhere"), "lockdown", 2).error == "ValueError: elsewhere"


def test_a_worker_opens_an_order_of_its_own_code_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gc, "freeze", lambda: None)
    prepared.clear()
    order = chunks.Order.of(SCENARIO, "mine", FakeWorlds(), prepare)
    scenarios, replicate = chunks._opened.__wrapped__(order)
    assert (dict(scenarios), replicate) == ({"mine": SCENARIO}, FakeWorlds())
    assert prepared == [("small", os.getpid() % 2)]
    chunks._opened.__wrapped__(chunks.Order.of(SCENARIO, "mine", FakeWorlds(), None))
    assert len(prepared) == 1
    with pytest.raises(chunks.OtherCodeError) as caught:
        chunks._opened.__wrapped__(replace(order, code="another"))
    assert caught.value.args == (Identity.of(SCENARIO).code,)


def test_the_directory_of_another_seed_is_another() -> None:
    seeded = SCENARIO.model_copy(update={"seed": 77})
    assert default_directory(SCENARIO, 77) == default_directory(seeded) != default_directory(SCENARIO)
    assert default_directory(SCENARIO, SCENARIO.seed) == default_directory(SCENARIO)


def test_a_batch_that_breaks_off_leaves_nothing_in_the_ledger(tmp_path: Path) -> None:
    batch = "0123456789abcdef"
    runs = [DoneRun("a" * 64, "open", 0, batch)]
    part = Part(f"{batch}.runs.parquet", batch, "runs", "0" * 64)

    def broken() -> Any:
        yield from ()
        raise KeyboardInterrupt

    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        with pytest.raises(KeyboardInterrupt):
            ledger.commit(runs, [part], broken())
        assert (ledger.done(), ledger.parts()) == ({}, {})
        ledger.commit(runs, [part], [])
        assert (list(ledger.done()), list(ledger.parts())) == (["a" * 64], [batch])


def test_somebody_who_only_looks_does_not_stop_a_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking = os.open(tmp_path / ".lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(looking, fcntl.LOCK_EX)
    waited = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        os.close(looking)  # done looking

    monkeypatch.setattr(lock, "time", SimpleNamespace(sleep=sleep))
    with lock.writer_lock(tmp_path):
        assert lock.is_held(tmp_path)
    assert waited == [lock.A_LOOK]
    assert not lock.is_held(tmp_path)


def test_a_forked_process_lets_go_of_the_locks_it_inherits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = os.open(tmp_path / ".lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(mine, fcntl.LOCK_EX)
    gone = os.dup(mine)
    os.close(gone)
    held = {mine, gone}
    monkeypatch.setattr(lock, "_held", held)
    assert lock.is_held(tmp_path)
    lock._let_go()
    assert not lock.is_held(tmp_path)
    assert held == set()


def test_who_has_no_parent_waits_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[object] = []
    thread = SimpleNamespace(
        Thread=lambda **given: begun.append(given) or SimpleNamespace(start=lambda: None)
    )
    monkeypatch.setattr(orphans, "threading", thread)
    for parent in (None, "a parent"):
        monkeypatch.setattr(orphans, "multiprocessing", SimpleNamespace(parent_process=lambda p=parent: p))
        orphans.end_with_parent()
    assert begun == [{"target": orphans._wait, "args": ("a parent",), "daemon": True}]


def test_windows_opens_no_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileNotFoundError):
        files.sync_directory(tmp_path / "nowhere")
    monkeypatch.setattr(files, "os", SimpleNamespace(name="nt"))
    files.sync_directory(tmp_path / "nowhere")


def test_a_part_larger_than_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path / "d")
    monkeypatch.setattr(files, "machine_memory", lambda: 64)
    with pytest.raises(DirectoryRefusedError, match=r"needs about \d\.\d GiB; this machine has 0\.0 GiB"):
        read_tables(tmp_path / "d")
    monkeypatch.setattr(files, "machine_memory", lambda: None)  # nobody knows
    assert len(read_tables(tmp_path / "d").runs) == 12


def test_a_missing_scenario_is_told_by_a_check(tmp_path: Path) -> None:
    run(tmp_path / "d")
    assert check(tmp_path / "d").sound
    (tmp_path / "d" / "spec.yaml").unlink()
    health = check(tmp_path / "d")
    assert (health.missing, health.sound) == ((tmp_path / "d" / "spec.yaml",), False)


def test_a_place_that_is_not_there_is_read_as_a_file_would_be() -> None:
    with pytest.raises(SpecError, match="unknown key 'rep'"):
        with_settings(SCENARIO, {"world/rep": 4})
    assert _put((1, 2), ["1"], 7) == (1, 7)
    for place, way in ((7, "x"), ((1, 2), "2"), ((1, 2), "x")):
        with pytest.raises(_NoModelError):
            _put(place, [way], 1)


def test_a_sweep_needs_a_worker() -> None:
    with pytest.raises(ValueError, match="workers is 1 or more"):
        sweep(workers=0)


def test_values_of_an_axis_keep_their_kind() -> None:
    assert column_of([True, False]).equals(pa.array([True, False], pa.bool_()))
    assert column_of([1, 2.5]).equals(pa.array([1.0, 2.5], pa.float64()))
    assert column_of([True, "all", 2]).to_pylist() == ["true", "all", "2"]


def test_in_a_sweep_what_an_axis_sets_is_not_drawn() -> None:
    sweep_of_two = small_sweep(2)
    draws = Draws(names=("loss", "overlap"), rows=((0.01, 0.9),))
    drawn = replace(sweep_of_two, scenario=sweep_of_two.scenario.model_copy(update={"draws": draws}))
    for given, names in ((sweep_of_two, []), (drawn, ["loss"])):
        with opened(None, given, {}, "") as store:
            first, *_ = store.missing()
        assert [name for name, _ in first.parameters] == [*names, "overlap", "world/reps"]
        assert dict(first.parameters)["overlap"] != 0.9
    assert dict(first.parameters)["loss"] == 0.01


def test_directories_are_read_as_what_they_are(tmp_path: Path) -> None:
    run(tmp_path / "run")
    with pytest.raises(DirectoryRefusedError, match="is not the directory of a sweep"):
        read_sweep(tmp_path / "run")
    sweep(tmp_path / "sweep", sweep=small_sweep(2))
    with Ledger(tmp_path / "sweep" / "ledger.sqlite") as ledger:
        for batch in ledger.parts():
            ledger.forget(batch)
    with pytest.raises(DirectoryRefusedError, match="holds no finished runs"):
        read_sweep(tmp_path / "sweep")


def test_a_manifest_that_does_not_say_what_was_run(tmp_path: Path) -> None:
    run(tmp_path / "d")
    manifest = tmp_path / "d" / "manifest.json"
    facts = json.loads(manifest.read_text(encoding="utf-8"))
    del facts["outcomes"]
    manifest.write_text(json.dumps({**facts, "check": check_of(facts)}), encoding="utf-8")
    with pytest.raises(DirectoryRefusedError, match="the manifest does not say what was run"):
        read_tables(tmp_path / "d")


def test_settings_of_several_parts_in_words() -> None:
    shares = {"rule": "fixed", "shares": {"a": 0.25, "b": 0.75}}
    said = policy_text({"allocation": shares, "release": {"protect_accounts": ["a:1", "b:2"]}})
    assert said == "allocation: rule fixed, shares a 0.25, b 0.75; release: protect_accounts a:1, b:2"


def test_signals_of_weeks_that_were_not_lived_are_no_numbers() -> None:
    names = ("meetings", "moves", "slipped", "activity", "won", "pipeline", "use", "resignations")
    week = dict.fromkeys(names, 2.0)
    found = _signals([week] * 3, [dict.fromkeys(names, 3.0)] * 5, 20)
    assert found[column(4, "won")] == 0.5
    assert found[column(4, "resignations")] == 60.0  # 3 a week, of 20 seats
    assert all(np.isnan(found[column(later, name)]) for later in LOOKS[1:] for name in names)
