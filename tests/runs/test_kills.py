"""The parent is killed again and again, at random moments; in the end nobody can tell."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from fake_worlds import FakeWorlds
from helpers import assert_same, parts, rows, run, run_after, server

KILLS, REPLICATIONS = 10, 40


@pytest.mark.parametrize("workers", [1, 2])
def test_kill_and_resume_to_the_same_bytes(tmp_path: Path, workers: int) -> None:
    moments = np.random.default_rng(workers).uniform(0.0, 0.35, KILLS)
    out, halves = tmp_path / "d", 0
    options = {
        "out": out, "replications": REPLICATIONS, "worlds": FakeWorlds(delay=0.015), "workers": workers,
        "start_method": "fork",
    }  # fmt: skip
    for moment in moments:
        ready = server().Event()
        process = server().Process(target=run_after, args=(ready,), kwargs=options)
        process.start()
        assert ready.wait(60)
        time.sleep(moment)
        process.kill()  # may have ended by itself
        process.join()
        if (out / "ledger.sqlite").exists() and rows(out, "SELECT name FROM sqlite_master"):
            count = rows(out, "SELECT count(*) FROM runs")[0][0]
            print("killed after", round(moment, 3), "with", count, "runs done")
            halves += 0 < count < 3 * REPLICATIONS
            known = dict(rows(out, "SELECT file, sha256 FROM parts"))
            assert {name: parts(out)[name] for name in known} == known
        wait_until_free(out)
    assert halves, "no kill came in the middle: the moments are badly chosen"
    assert_same(run(**options), run(None, REPLICATIONS))
    whole = tmp_path / "whole"
    run(whole, REPLICATIONS)
    assert parts(out) == parts(whole)
    assert not list(out.rglob("*.tmp"))


def wait_until_free(out: Path) -> None:
    """Forked workers hold nothing, so the next process may start at once; only give the system a moment."""
    from simulation.runs.lock import writer_lock

    if out.exists():
        with writer_lock(out):
            pass
