"""Ten kills of the soak that `python -m benchmarks.kills` makes of two hundred."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from benchmarks import kills


@pytest.mark.slow
@pytest.mark.skipif(
    not Path("/proc/self/task").is_dir() or os.name == "nt", reason="children are read from /proc"
)
def test_ten_kills_lose_nothing_and_leave_no_trace(tmp_path: Path) -> None:
    toll = kills.soak(10, tmp_path)
    assert toll.kills.total() == 10
    assert all(toll.kills[kind] >= 3 for kind in kills.KINDS)
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
