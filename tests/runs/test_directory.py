from __future__ import annotations

import errno
import json
import os
import resource
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from fake_worlds import FakeWorlds, record, small_scenario
from helpers import assert_same, parts, rows, run, server

from simulation.runs import DirectoryBusyError, DirectoryRefusedError, WriteFailedError, read_tables
from simulation.runs.directory import reading
from simulation.runs.lock import writer_lock
from simulation.runs.parts import to_arrow, write_parts
from simulation.spec import load_scenario
from simulation.spec.calibrated import Calibration, HeldOut, Number


@pytest.fixture
def done(tmp_path: Path) -> Path:
    run(tmp_path / "d")
    return tmp_path / "d"


def some_part(directory: Path, kind: str = "periods") -> Path:
    return sorted((directory / "parts").glob(f"*.{kind}.parquet"))[1]


def test_what_is_in_a_run_directory(done: Path) -> None:
    names = sorted(path.name for path in done.iterdir() if path.name != ".lock")
    assert names == ["ledger.sqlite", "manifest.json", "parts", "spec.yaml"]
    assert load_scenario(done / "spec.yaml") == small_scenario()
    manifest = json.loads((done / "manifest.json").read_text(encoding="utf-8"))
    assert {"hash", "seed", "versions", "commands", "code"} <= manifest.keys()
    assert str(done.parent) not in (done / "manifest.json").read_text(encoding="utf-8")
    assert rows(done, "SELECT count(*), count(DISTINCT run), min(status), max(replication) FROM runs") == [
        (12, 12, "done", 3)
    ]
    assert dict(rows(done, "SELECT file, sha256 FROM parts")) == parts(done)


@pytest.mark.parametrize("damage", ["truncate", "empty", "flip", "append"])
def test_a_changed_part_is_refused_by_writers_and_readers(done: Path, damage: str) -> None:
    part = some_part(done)
    good = part.read_bytes()
    middle = len(good) // 2
    bad = {
        "truncate": good[:middle], "empty": b"", "append": good + b"x",
        "flip": good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :],
    }[damage]  # fmt: skip
    part.write_bytes(bad)
    for attempt in (lambda: run(done), lambda: read_tables(done)):
        with pytest.raises(DirectoryRefusedError, match=part.name):
            attempt()
    assert part.read_bytes() == bad


def test_reading_some_outcomes_gives_what_reading_all_does(done: Path) -> None:
    with reading(done) as directory:
        policies = directory.manifest["meta"]["policies"]
        full, some = (
            directory.read(policies),
            directory.read(policies, outcomes={"new_arr", "no such outcome"}),
        )
    assert full["decisions"]
    assert not some["decisions"]
    for kind, keys in (("runs", []), ("periods", ["week"])):
        columns = {"scenario", "policy", "replication", "new_arr", *keys}
        assert len(some[kind]) == len(full[kind]) > 1
        for ours, theirs in zip(some[kind], full[kind], strict=True):
            assert set(ours.column_names) == columns < set(theirs.column_names)
            assert ours.equals(theirs.select(ours.column_names))
    (damaged, *_) = (done / "parts").glob("*.periods.parquet")
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"x")
    with reading(done) as directory, pytest.raises(DirectoryRefusedError):
        directory.read(policies, outcomes={"new_arr"})


@pytest.mark.parametrize("kind", ["runs", "periods", "decisions"])
def test_a_lost_part_is_computed_again_to_the_same_bytes(done: Path, kind: str) -> None:
    before, notes = parts(done), []
    some_part(done, kind).unlink()
    with pytest.raises(DirectoryRefusedError):
        read_tables(done)
    tables = run(done, progress=lambda state: notes.extend(state.notes))
    assert parts(done) == before
    assert "is missing: its runs are computed again" in notes[0]
    assert_same(tables, run())


def test_a_lost_ledger_is_refused(done: Path) -> None:
    (done / "ledger.sqlite").unlink()
    with pytest.raises(DirectoryRefusedError, match="missing or empty"):
        run(done)


@pytest.mark.parametrize(
    "content", [b"", b"not a database, but long enough to look at" * 50], ids=["empty", "text"]
)
def test_a_ledger_that_is_none_is_refused(done: Path, content: bytes) -> None:
    (done / "ledger.sqlite").write_bytes(content)
    with pytest.raises(DirectoryRefusedError, match="ledger"):
        read_tables(done)
    with pytest.raises(DirectoryRefusedError, match="ledger"):
        run(done)


def test_a_changed_spec_and_manifest_are_refused(done: Path) -> None:
    with (done / "spec.yaml").open("a") as file:
        file.write("# mine\n")
    with pytest.raises(DirectoryRefusedError, match=r"spec\.yaml: changed"):
        run(done)
    (done / "manifest.json").write_text('{"format": 1')
    for attempt in (lambda: run(done), lambda: read_tables(done)):
        with pytest.raises(DirectoryRefusedError, match="not a manifest"):
            attempt()


@pytest.mark.parametrize(
    ("change", "named"),
    [({"seed": 9}, "seed"), ({"weeks": 30}, "weeks"), ({"question": "why?"}, "question")],
    ids=["seed", "weeks", "question"],
)
def test_the_directory_of_other_runs_is_refused_and_says_why(done: Path, change, named: str) -> None:
    before = {path: path.read_bytes() for path in done.rglob("*") if path.is_file()}
    with pytest.raises(DirectoryRefusedError, match=f"something else.*{named}"):
        run(done, scenario=small_scenario(**change))
    assert {path: path.read_bytes() for path in done.rglob("*") if path.is_file()} == before


def test_foreign_directories_and_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("words")
    (tmp_path / "file").write_text("words")
    for name, message in (("mine", "not empty and not a run directory"), ("file", "is a file")):
        with pytest.raises(DirectoryRefusedError, match=message):
            run(tmp_path / name)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]
    for name in ("mine", "file", "nowhere"):
        with pytest.raises(DirectoryRefusedError, match=name):
            read_tables(tmp_path / name)
    (tmp_path / "empty").mkdir()
    assert len(run(tmp_path / "empty", 1).runs) == 3


def test_what_a_killed_process_left_is_cleaned_up(done: Path) -> None:
    left = [
        done / "manifest.json.123.tmp",
        done / "parts" / f"{'ab' * 8}.runs.parquet.99.tmp",
        done / "parts" / f"{'cd' * 8}.runs.parquet",  # renamed, but never entered
    ]
    for path in left:
        path.write_bytes(b"half")
    (done / "parts" / "notes.txt").write_text("not ours")
    run(done)
    assert not any(path.exists() for path in left)
    assert (done / "parts" / "notes.txt").exists()


def test_two_writers_on_one_directory(done: Path) -> None:
    with (
        writer_lock(done),
        pytest.raises(DirectoryBusyError, match=f"process {os.getpid()} on host {socket.gethostname()}"),
    ):
        run(done)
    run(done)
    code = f"""
from pathlib import Path
from simulation.runs.lock import writer_lock
with writer_lock(Path({str(done)!r})):
    print("held", flush=True)
    input()
"""
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(DirectoryBusyError, match=f"process {holder.pid} "):
            run(done)
        assert len(read_tables(done).runs) == 12  # reading is free
        holder.kill()
    run(done)


def test_a_full_disk_leaves_no_halves(tmp_path: Path) -> None:
    scenario, calls = small_scenario(), []

    def full(source: Path, target: Path) -> None:
        calls.append(target)
        raise OSError(errno.ENOSPC, "No space left on device")

    tables = to_arrow([record(scenario, "open", 0, 1)], scenario.weeks)
    with pytest.raises(WriteFailedError, match="No space left"):
        write_parts(tmp_path, "ab" * 8, tables, replace=full)
    assert calls
    assert list(tmp_path.iterdir()) == []


def run_until_full(out: Path, result: Path) -> None:
    """Two replications fit on the disk; from then on every write of more than a kilobyte fails."""

    def fill(state) -> None:
        if state.done == 6:
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))

    try:
        run(out, progress=fill)
    except WriteFailedError as error:
        result.write_text(f"{error} | {error.hint}")


def test_a_disk_that_fills_up_keeps_what_was_committed(tmp_path: Path) -> None:
    process = server().Process(target=run_until_full, args=(tmp_path / "d", tmp_path / "message"))
    process.start()
    process.join(30)
    assert "give the same command again" in (tmp_path / "message").read_text()
    assert not list((tmp_path / "d").rglob("*.tmp"))
    assert len(read_tables(tmp_path / "d").runs) == 6
    marks = tmp_path / "marks"
    marks.mkdir()
    worlds = FakeWorlds(marks=marks)
    assert_same(run(tmp_path / "d", worlds=worlds), run())
    assert worlds.calls() == [2, 3]


def test_a_ledger_from_before_there_were_sweeps_is_read(done: Path) -> None:
    with closing(sqlite3.connect(done / "ledger.sqlite")) as db, db:
        db.execute("INSERT INTO failures VALUES ('a', 'open', 9, 'p', NULL, 'e', 't', '')")
        db.execute("ALTER TABLE failures DROP COLUMN world")
    tables = read_tables(done)
    assert len(tables.runs) == 12
    assert list(tables.failures["replication"]) == [9]


def test_what_is_known_of_a_calibration_comes_back(tmp_path: Path) -> None:
    held = HeldOut(weeks=4, compared=3, outside=0)
    numbers = tuple(Number(name=name, value=0.5, verdict="found", n=3) for name in ("overlap", "discipline"))
    calibration = Calibration(files=("deals.csv",), rows=7, held_out=held, numbers=numbers)
    run(tmp_path / "d", 1, scenario=small_scenario(calibration=calibration))
    assert read_tables(tmp_path / "d").meta["calibration"]["rows"] == 7


def test_a_directory_at_rest_can_be_read_where_nothing_can_be_written(done: Path) -> None:
    before = sorted(path.name for path in done.iterdir())
    read_tables(done)
    assert sorted(path.name for path in done.iterdir()) == before
