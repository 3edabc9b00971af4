"""Ten kills of the soak that `python -m benchmarks.kills` makes of two hundred."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from benchmarks import kills
from benchmarks.made_up import MadeUp
from simulation.runs.sweep_run import run_sweep


@pytest.mark.slow
@pytest.mark.skipif(
    not Path("/proc/self/task").is_dir() or os.name == "nt", reason="children are read from /proc"
)
def test_ten_kills_lose_nothing_and_leave_no_trace(tmp_path: Path) -> None:
    toll = kills.soak(10, tmp_path)
    assert toll.kills.total() == 10
    assert toll.kills.keys() == set(kills.KINDS)
    assert min(toll.kills.values()) >= 3
    assert toll.halfway, "no kill came in the middle: the moments are badly chosen"
    # A kill between the ledger's word and the note of it leaves a block unnoted.
    assert 0 < toll.acknowledged <= toll.finished * kills.POINTS * kills.WORLDS * 2
    assert not any(toll.found.values()), toll.table()


@pytest.mark.slow
def test_the_soak_sees_what_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A count that is always 0 would be no promise: here somebody takes a block out of the ledger."""
    once, taken = kills._once, []

    def robbed(out: Path, kind: str, luck: np.random.Generator) -> bool:
        struck = once(out, kind, luck)
        if not taken and (block := kills.rows(out, "SELECT batch FROM parts LIMIT 1")):
            taken.extend(block)
            with closing(sqlite3.connect(out / "ledger.sqlite")) as db, db:
                db.execute("DELETE FROM runs WHERE batch = ?", block[0])
                db.execute("DELETE FROM parts WHERE batch = ?", block[0])
        return struck

    monkeypatch.setattr(kills, "_once", robbed)
    toll = kills.soak(3, tmp_path)
    assert toll.found["lost"] == kills.BLOCK


def test_rows_that_are_there_twice_are_counted(tmp_path: Path) -> None:
    """A run cannot stand in the ledger twice, but its results may in two files: here somebody enters a copy of a block."""
    with kills._blocks_of(kills.BLOCK):
        run_sweep(kills.the_sweep(), 1, tmp_path, replicate=MadeUp())
    assert kills._doubled(tmp_path) == 0
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as db, db:
        file, *rest = db.execute("SELECT file, kind, sha256 FROM parts WHERE kind = 'runs'").fetchone()
        shutil.copy(tmp_path / "parts" / file, tmp_path / "parts" / "copy.parquet")
        db.execute("INSERT INTO parts VALUES ('copy.parquet', 'copy', ?, ?)", rest)
    assert kills._doubled(tmp_path) == kills.BLOCK


def test_no_kill_at_all_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        kills.main(["--kills", "0"])
    assert "--kills is at least 1" in capsys.readouterr().err
