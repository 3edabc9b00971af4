"""A disk that is full at any write, and every file of a sweep cut short or with a bit turned: nothing lost in silence."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from fake_worlds import FakeWorlds, small_scenario
from helpers import parts, rows
from sweep_helpers import assert_same, small_sweep, sweep

from analysis.plots import style
from simulation.runs import DirectoryRefusedError, RunsError, WriteFailedError, run_experiments
from simulation.runs import parts as files
from simulation.runs import sweep_store as stores
from simulation.runs.experiments import Progress
from simulation.runs.ledger import Ledger
from simulation.runs.links import refuse_links
from simulation.runs.sweep_tables import read_sweep
from simulation.runs.upkeep import check, remove_strays

GIVEN = small_sweep(10, weekly=("new_arr",))
RUNS = 10 * 2 * 3


@pytest.fixture(autouse=True)
def blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "BLOCK", 15)  # five points of three policies: four blocks of two files


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    sweep(tmp_path / "whole", sweep=GIVEN)
    return tmp_path / "whole"


class Disk:
    """Counts what is written, and has no room for the write number `full`: bytes, renames and syncs alike."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, full: int) -> None:
        self.writes, self.full = 0, full
        write, replace, commit = files.write_durably, os.replace, Ledger.commit

        def written(path: Path, content: bytes) -> None:
            if self._is_full():
                path.write_bytes(content[: len(content) // 2])  # as much as there was room for
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
            write(path, content)

        def renamed(old: Path, new: Path) -> None:
            if self._is_full():
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(new))
            replace(old, new)

        def committed(ledger: Ledger, *batch: object) -> None:
            if not self._is_full():
                return commit(ledger, *batch)
            size = ledger._db.execute("PRAGMA page_count").fetchone()[0]
            ledger._db.execute(f"PRAGMA max_page_count = {size}")  # SQLite's own full disk
            large = [("x" * 64, ledger_failure())]
            return commit(ledger, batch[0], batch[1], large)

        monkeypatch.setattr(files, "write_durably", written)
        monkeypatch.setattr(os, "replace", renamed)
        monkeypatch.setattr(files.write_parts, "__defaults__", (renamed,))
        monkeypatch.setattr(Ledger, "commit", committed)

    def _is_full(self) -> bool:
        self.writes += 1
        return self.writes == self.full


def ledger_failure():
    from simulation.runs.record import Failure

    return Failure("open", 0, "", None, "", "x" * 1_000_000)


def test_a_disk_that_is_full_at_any_write(
    tmp_path: Path, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as watched:
        disk = Disk(watched, 0)
        sweep(tmp_path / "counted", sweep=GIVEN)
        writes = disk.writes
    assert writes == 2 * 2 + 4 * (
        2 + 2 + 1
    )  # manifest and spec, then each block: two files, two renames, the ledger
    kept = []
    for full in range(1, writes + 1):
        out = tmp_path / str(full)
        with monkeypatch.context() as watched:
            Disk(watched, full)
            with pytest.raises(WriteFailedError, match=r"No space left|full") as caught:
                sweep(out, sweep=GIVEN)
        assert "space" in caught.value.hint
        assert not list(out.rglob("*.tmp"))
        kept.append(len(read_sweep(out).runs) if full > 4 + 5 else 0)  # all that was acknowledged can be read
        assert_same(sweep(out, sweep=GIVEN), sweep(None, sweep=GIVEN))
        assert parts(out) == parts(whole)
    assert sorted(set(kept)) == [0, 15, 30, 45]


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "cut": lambda content: content[: len(content) * 2 // 3],
    "turned at the beginning": lambda content: flipped(content, 5),
    "turned in the middle": lambda content: flipped(content, len(content) // 2),
    "turned at the end": lambda content: flipped(content, len(content) - 2),
}


def every_file(out: Path) -> Iterator[Path]:
    yield out / "manifest.json"
    yield out / "spec.yaml"
    yield from sorted((out / "parts").iterdir())


@pytest.mark.parametrize("damage", DAMAGES)
def test_every_file_is_checked_named_and_made_again(tmp_path: Path, whole: Path, damage: str) -> None:
    good = sweep(None, sweep=GIVEN)
    for number, original in enumerate(every_file(whole)):
        out = tmp_path / str(number)
        shutil.copytree(whole, out)
        bad = out / original.relative_to(whole)
        bad.write_bytes(DAMAGES[damage](bad.read_bytes()))
        for attempt in (lambda out=out: sweep(out, sweep=GIVEN), lambda out=out: named_by_verify(out)):
            with pytest.raises(RunsError, match=bad.name):
                attempt()
        bad.unlink()
        assert_same(sweep(out, sweep=GIVEN), good)
        assert parts(out) == parts(whole)
        assert check(out).sound


def named_by_verify(out: Path) -> None:
    """`verify`, with what it names as an error."""
    health = check(out)
    if not health.sound:
        raise DirectoryRefusedError(f"{health.damaged}")


@pytest.mark.parametrize("damage", ["empty", "cut", "turned at the beginning", "turned at the end"])
def test_the_ledger_is_checked_too(whole: Path, damage: str) -> None:
    ledger, good = whole / "ledger.sqlite", sweep(None, sweep=GIVEN)
    ledger.write_bytes(DAMAGES[damage](ledger.read_bytes()))
    for attempt in (lambda: sweep(whole, sweep=GIVEN), lambda: named_by_verify(whole)):
        with pytest.raises(RunsError, match=r"ledger|parquet"):
            attempt()
    for file in (ledger, *(whole / "parts").iterdir()):
        file.unlink()
    assert_same(sweep(whole, sweep=GIVEN), good)


def test_any_bit_of_the_ledger_is_seen_or_means_nothing(tmp_path: Path, whole: Path) -> None:
    content, good, seen = (whole / "ledger.sqlite").read_bytes(), sweep(None, sweep=GIVEN), 0
    for place in np.random.default_rng(7).integers(0, len(content), 40).tolist():
        shutil.rmtree(tmp_path / "d", ignore_errors=True)
        shutil.copytree(whole, tmp_path / "d")
        (tmp_path / "d" / "ledger.sqlite").write_bytes(flipped(content, place))
        try:
            found = sweep(tmp_path / "d", sweep=GIVEN)
        except RunsError as error:
            assert "ledger" in str(error) or "parquet" in str(error)  # noqa: PT017 - or it means nothing
            seen += 1
        else:
            assert_same(found, good)
    assert seen


def test_a_bit_turned_within_a_hash_is_seen(whole: Path) -> None:
    """Sound SQLite, and yet the run would be made again beside itself."""
    with closing(sqlite3.connect(whole / "ledger.sqlite")) as db, db:
        db.execute(
            "UPDATE runs SET run = 'f' || substr(run, 2) WHERE run = (SELECT run FROM runs WHERE run NOT LIKE 'f%')"
        )
    for attempt in (lambda: sweep(whole, sweep=GIVEN), lambda: check(whole)):
        with pytest.raises(DirectoryRefusedError, match="not as it was entered"):
            attempt()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE runs SET policy = 'lockdown' WHERE policy = 'open' AND replication = 0",
        "UPDATE runs SET replication = 7 WHERE run = (SELECT min(run) FROM runs)",
    ],
)
def test_rows_that_were_changed_beside_sound_hashes_are_seen(whole: Path, change: str) -> None:
    assert check(whole).sound
    with closing(sqlite3.connect(whole / "ledger.sqlite")) as db, db:
        db.execute(change)
    with pytest.raises(DirectoryRefusedError, match="other policies or worlds than its file has"):
        check(whole)


def test_a_failure_of_a_world_that_cannot_be_is_seen(tmp_path: Path) -> None:
    run_experiments(
        small_scenario(), out=tmp_path / "run", replicate=FakeWorlds(raises=frozenset({("lockdown", 1)}))
    )
    assert check(tmp_path / "run").failed == 1
    with closing(sqlite3.connect(tmp_path / "run" / "ledger.sqlite")) as db, db:
        db.execute("UPDATE failures SET replication = -7")
    with pytest.raises(
        DirectoryRefusedError, match="a run that failed has the hash of another policy or world"
    ):
        check(tmp_path / "run")


def test_a_sound_directory_in_which_somebody_writes_is_sound(
    whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(directory: object) -> None:
        sweep(whole, sweep=small_sweep(12, weekly=("new_arr",)))

    monkeypatch.setattr("simulation.runs.rows._identity", late)
    assert check(whole).sound
    assert check(whole).runs == RUNS + 12


def test_a_file_that_cannot_be_read_is_not_called_damaged(
    whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, part: object) -> bool:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr("simulation.runs.upkeep.intact", refused)
    with pytest.raises(PermissionError):
        check(whole)


def test_two_rows_that_change_places_within_a_file_are_seen(tmp_path: Path) -> None:
    """The file has the same policies and worlds: the hash of a run is of its policy and world."""
    out = tmp_path / "run"
    run_experiments(small_scenario(), 2, out=out, replicate=FakeWorlds())
    assert check(out).sound
    with closing(sqlite3.connect(out / "ledger.sqlite")) as db, db:
        (first, one), (second, other) = db.execute(
            "SELECT run, policy FROM runs WHERE replication = 0 ORDER BY run LIMIT 2"
        ).fetchall()
        db.execute("UPDATE runs SET policy = ? WHERE run = ?", (other, first))
        db.execute("UPDATE runs SET policy = ? WHERE run = ?", (one, second))
    with pytest.raises(DirectoryRefusedError, match="hash is of another policy or world"):
        check(out)


def test_a_backup_of_hard_links_stays_as_it_was(tmp_path: Path, whole: Path) -> None:
    backup = tmp_path / "backup"
    (whole / ".lock").write_text("a lock of another process", encoding="utf-8")
    shutil.copytree(whole, backup, copy_function=os.link)
    before = {path: path.read_bytes() for path in backup.rglob("*") if path.is_file()}
    sweep(whole, sweep=small_sweep(12, weekly=("new_arr",)))
    assert check(whole).runs == RUNS + 12
    assert {path: path.read_bytes() for path in before} == before
    assert check(backup).runs == RUNS
    style.write(whole / "manifest.json", b"anything")
    assert (backup / "manifest.json").read_bytes() != b"anything"


def test_a_folder_that_goes_while_it_is_looked_for_links_is_no_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "going").mkdir()
    look = os.scandir

    def late(folder: Path) -> object:
        if Path(folder).name == "going":
            Path(folder).rmdir()
        return look(folder)

    monkeypatch.setattr("os.scandir", late)
    refuse_links(tmp_path)
    assert not (tmp_path / "going").exists()


def test_ctrl_c_keeps_what_is_finished_of_a_block(tmp_path: Path) -> None:
    def stop(state: Progress) -> None:
        if state.done >= 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(tmp_path / "cut", sweep=GIVEN, progress=stop)
    assert 3 <= check(tmp_path / "cut").runs < 15
    assert_same(sweep(tmp_path / "cut", sweep=GIVEN), sweep(None, sweep=GIVEN))
    assert check(tmp_path / "cut").sound


def test_a_lost_manifest_is_written_again_for_the_same_sweep_alone(whole: Path) -> None:
    (whole / "manifest.json").unlink()
    with pytest.raises(DirectoryRefusedError, match="not a run directory"):
        sweep(whole, sweep=small_sweep(10))  # without weeks: another directory's
    assert_same(sweep(whole, sweep=GIVEN), sweep(None, sweep=GIVEN))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
def test_a_small_disk_of_its_own(tmp_path: Path) -> None:
    """Three megabytes, as a file system that is really full."""
    import subprocess

    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this system lets nobody mount")
    try:
        with pytest.raises(WriteFailedError):
            sweep(disk / "d", sweep=small_sweep(400))
        done = rows(disk / "d", "SELECT count(*) FROM runs")[0][0]
        assert 0 < done < 400 * 6
        assert len(read_sweep(disk / "d").runs) == done
    finally:
        subprocess.run(["umount", disk], check=True)


def test_what_was_taken_out_of_the_ledger_is_not_taken_for_a_leftover(whole: Path) -> None:
    """Else `gc`, and the next command, would delete the results."""
    with closing(sqlite3.connect(whole / "ledger.sqlite")) as db, db:
        db.execute("DELETE FROM parts WHERE kind = 'runs'")
    before = {path.name for path in (whole / "parts").iterdir()}
    for look in (check, remove_strays):
        with pytest.raises(DirectoryRefusedError, match="is not entered, though batch"):
            look(whole)
    with pytest.raises(DirectoryRefusedError, match="is not entered, though batch"):
        sweep(whole, sweep=GIVEN)
    assert {path.name for path in (whole / "parts").iterdir()} == before
