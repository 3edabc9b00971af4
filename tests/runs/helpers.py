"""Small tools of these tests."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import sqlite3
import sys
from contextlib import closing
from multiprocessing import forkserver
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from fake_worlds import FakeWorlds, small_scenario

from simulation.runs import Tables, run_experiments

KINDS = ("runs", "periods", "decisions", "failures", "outcomes")


def run(
    out: Path | None = None, replications: int = 4, worlds: FakeWorlds | None = None, **options
) -> Tables:
    """The small scenario with made-up worlds; options as in `run_experiments`."""
    scenario = options.pop("scenario", None) or small_scenario()
    return run_experiments(scenario, replications, out=out, replicate=worlds or FakeWorlds(), **options)


def assert_same(one: Tables, other: Tables) -> None:
    for kind in KINDS:
        pd.testing.assert_frame_equal(getattr(one, kind), getattr(other, kind))


def parts(directory: Path) -> dict[str, str]:
    """Name -> hash of each part."""
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in (directory / "parts").iterdir()}


def rows(directory: Path, query: str) -> list[tuple]:
    with closing(sqlite3.connect(directory / "ledger.sqlite")) as db:
        return db.execute(query).fetchall()


def forge(directory: Path, column: str, value: object) -> None:
    """A column of the tables of runs becomes that value throughout, and the ledger knows the new files' hashes."""
    for (name,) in rows(directory, "SELECT file FROM parts WHERE kind = 'runs'"):
        path = directory / "parts" / name
        table = pq.read_table(path)
        forged = pa.array([value] * table.num_rows)
        pq.write_table(table.set_column(table.column_names.index(column), column, forged), path)
        with closing(sqlite3.connect(directory / "ledger.sqlite")) as db, db:
            entered = (hashlib.sha256(path.read_bytes()).hexdigest(), name)
            db.execute("UPDATE parts SET sha256 = ? WHERE file = ?", entered)


def server() -> multiprocessing.context.BaseContext:
    """Processes forked from a clean one that has imported everything: quick, and free to be killed."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["helpers", "sweep_helpers", "scipy.stats", "pyarrow.parquet", "pandas", "simulation.spec"]
    )
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))  # the server looks nowhere else
    try:
        forkserver.ensure_running()
    finally:
        os.environ.pop("PYTHONPATH")
        if before is not None:
            os.environ["PYTHONPATH"] = before
    return context


def run_after(ready, **options) -> None:
    """`run`, which says when its first run is done, or that none is left."""
    run(progress=lambda state: ready.set() if state.done or not state.total else None, **options)


def alive(pid: int) -> bool:
    """Is the process there, and not only waiting to be collected?"""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
