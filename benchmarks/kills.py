"""Kill a sweep at random moments, again and again: does what was acknowledged stay, and can anybody tell afterwards?

    python -m benchmarks.kills --kills 200
    python -m benchmarks.kills --kills 10 --dask      # workers of a Dask cluster (extra `cluster`)

Killed (-9) in turn: the process that writes, at any moment; a worker of its, at any moment; and the process that writes once
more, right before or right after it renames a file. A run is acknowledged when the ledger has said so to its writer.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import multiprocessing
import os
import shutil
import signal
import sqlite3
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.doubled import KEYS, doubled
from benchmarks.made_up import MadeUp, small_flagship
from simulation.runs import sweep_store
from simulation.runs.ledger import Ledger
from simulation.runs.sweep_run import run_sweep

KINDS = ("writer", "worker", "rename")
POINTS, WORLDS, BLOCK = 120, 2, 24  # 480 runs in 20 blocks of two files each
DELAY = 0.004
"""Seconds a world lasts: a sweep takes half a second on two workers, and longer on a busy machine."""
DAMAGES = ("lost", "duplicates", "other bytes")


@dataclass
class Toll:
    """What came of it. `found` counts damages, all of which are 0 where the promise holds."""

    kills: Counter[str] = field(default_factory=Counter)
    finished: int = 0
    acknowledged: int = 0
    halfway: int = 0
    found: Counter[str] = field(default_factory=Counter)

    def table(self) -> str:
        """All of it in three lines."""
        kinds = ", ".join(f"{kind} {number}" for kind, number in self.kills.items())
        return "\n".join([
            f"kills: {kinds}; {self.halfway} with some runs done",
            f"sweeps finished: {self.finished}; runs acknowledged: {self.acknowledged}",
            ", ".join(f"{name}: {self.found[name]}" for name in DAMAGES),
        ])  # fmt: skip


def the_sweep() -> Any:
    """The sweep that is killed: small, with weeks, so that a block is two files."""
    return small_flagship(POINTS, 2, WORLDS, weekly=("new_arr",))


def live(out: Path, began: Any, rename: int) -> None:
    """In a process of its own: run what is left; with `rename` die at that rename, before it if even and else after it."""
    commit, replace, count = Ledger.commit, os.replace, iter(range(1, sys.maxsize))

    def acknowledged(ledger: Ledger, runs: Sequence[Any], *rest: Any) -> None:
        commit(ledger, runs, *rest)
        with acks_of(out).open("ab") as file:  # unbuffered by what follows: closed at once
            file.write("".join(f"{run.run}\n" for run in runs).encode())

    def deadly(old: Any, new: Any) -> None:
        now = next(count) == rename
        if now and rename % 2 == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        replace(old, new)
        if now:
            os.kill(os.getpid(), signal.SIGKILL)

    Ledger.commit = acknowledged  # type: ignore[method-assign]
    if rename:
        import simulation.runs.parts as parts

        parts.write_parts.__defaults__ = (deadly,)
    sweep_store.BLOCK = BLOCK
    run_sweep(
        the_sweep(), 2, out, lambda state: began.set() if state.done else None, replicate=MadeUp(DELAY), start_method="fork"
    )  # fmt: skip


def soak(kills: int, folder: Path, seed: int = 1, say: Callable[[str], object] = lambda text: None) -> Toll:
    """Kill sweeps below `folder` so often; each directory is taken up again until it is whole."""
    luck, toll = np.random.default_rng(seed), Toll()
    whole, out = folder / "whole", folder / "killed"
    with _blocks_of(BLOCK):
        run_sweep(the_sweep(), 1, whole, replicate=MadeUp())
    known: set[str] = set()
    while toll.kills.total() < kills or known:
        kind = KINDS[toll.kills.total() % len(KINDS)] if toll.kills.total() < kills else ""
        struck = _once(out, kind, luck)
        if struck:
            toll.kills[kind] += 1
        done = _runs(out)
        known |= _acknowledged(out)
        toll.found["lost"] += len(known - set(done))
        toll.found["duplicates"] += _doubled(out)
        toll.found["other bytes"] += _differ(out)
        toll.halfway += struck and 0 < len(done) < POINTS * WORLDS * 2
        if struck and toll.kills.total() % 20 == 0:
            say(f"{toll.kills.total()} kills, {sum(toll.found.values())} damages")
        if len(done) == POINTS * WORLDS * 2:
            toll.finished += 1
            toll.acknowledged += len(known)
            toll.found["other bytes"] += _bytes(out) != _bytes(whole)
            known.clear()
            shutil.rmtree(out)
            acks_of(out).unlink()
    return toll


def soak_cluster(kills: int, folder: Path, seed: int = 1) -> Toll:
    """Kill workers of a Dask cluster so often while sweeps go on; each sweep must end whole, with nobody set aside."""
    import dask
    import distributed

    from simulation.runs.cluster import LOCAL, Cluster, _scheduler

    luck, toll, whole = np.random.default_rng(seed), Toll(), folder / "whole"
    with _blocks_of(BLOCK):
        run_sweep(the_sweep(), 1, whole, replicate=MadeUp())
        # A local cluster takes away a worker that is down 15 s after a death; those of other clusters stay.
        patient = dask.config.set({"distributed.deploy.lost-worker-timeout": "1h"})
        with patient, _scheduler(distributed, Cluster(LOCAL), 2) as own:
            while toll.kills.total() < kills:
                _sweep_under_fire(own.scheduler_address, folder / "killed", kills, luck, toll)
                known = _runs(folder / "killed")
                toll.finished += 1
                toll.acknowledged += len(known)
                toll.found["lost"] += POINTS * WORLDS * 2 - len(known)
                toll.found["duplicates"] += _doubled(folder / "killed")
                toll.found["other bytes"] += _bytes(folder / "killed") != _bytes(whole)
                shutil.rmtree(folder / "killed")
    return toll


def _sweep_under_fire(address: str, out: Path, kills: int, luck: np.random.Generator, toll: Toll) -> None:
    """One sweep on the cluster at an address, while a worker is killed now and then."""
    from distributed import Client

    from simulation.runs.cluster import Cluster

    ended = threading.Event()

    def kill() -> None:
        with Client(address, set_as_default=False) as client:
            while not ended.wait(float(luck.uniform(0.5, 2.5))) and toll.kills.total() < kills:
                with contextlib.suppress(Exception):  # they are being replaced, or one goes while it is asked
                    pids = sorted(client.run(os.getpid).values())
                    os.kill(pids[int(luck.integers(len(pids)))], signal.SIGKILL)
                    toll.kills["dask worker"] += 1
                    toll.halfway += 0 < len(_runs(out)) < POINTS * WORLDS * 2

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        run_sweep(the_sweep(), 2, out, replicate=MadeUp(0.03), cluster=Cluster(address))
    finally:
        ended.set()
        killer.join()


def _once(out: Path, kind: str, luck: np.random.Generator) -> bool:
    """Start the sweep or go on with it, and strike; False where it had ended before."""
    context = _server()
    began, rename = context.Event(), int(luck.integers(1, 2 * POINTS * WORLDS * 2 // BLOCK + 1))
    process = context.Process(target=live, args=(out, began, rename if kind == "rename" else 0))
    process.start()
    struck = False
    if kind in ("writer", "worker"):
        while not began.wait(0.05) and process.exitcode is None:
            pass
        process.join(float(luck.uniform(0.0, 0.4)))
        victims = [process.pid] if kind == "writer" else children(process.pid)
        with contextlib.suppress(ProcessLookupError):  # a worker may end meanwhile
            if victims and process.exitcode is None:
                os.kill(victims[int(luck.integers(len(victims)))], signal.SIGKILL)
                struck = True
    process.join(300)
    if process.exitcode not in (0, -signal.SIGKILL):
        raise RuntimeError(
            f"a sweep that was taken up again ended with {process.exitcode}: its message is above"
        )
    return struck if kind != "rename" else process.exitcode == -signal.SIGKILL


def children(pid: int) -> list[int]:
    """Processes that a process has started, from whichever of its threads."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (thread / "children").read_text().split())
    return found


def acks_of(out: Path) -> Path:
    """Where the writer notes what was acknowledged to it."""
    return out.with_name(f"{out.name}.acknowledged")


def _acknowledged(out: Path) -> set[str]:
    return set(acks_of(out).read_text().splitlines()) if acks_of(out).exists() else set()


def rows(out: Path, query: str) -> list[tuple[Any, ...]]:
    """What the ledger of a run directory answers; nothing while there is no ledger or no table in it yet."""
    if not (out / "ledger.sqlite").exists():
        return []
    with contextlib.closing(sqlite3.connect(out / "ledger.sqlite")) as db:
        there = db.execute("SELECT name FROM sqlite_master WHERE name = 'runs'").fetchall()
        return db.execute(query).fetchall() if there else []


def _runs(out: Path) -> list[str]:
    return [run for (run,) in rows(out, "SELECT run FROM runs")]


def _bytes(out: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (out / "parts").iterdir()}


def _differ(out: Path) -> int:
    """Files of the ledger that are missing or not as it says."""
    there = _bytes(out) if (out / "parts").is_dir() else {}
    return sum(there.get(file) != sha for file, sha in rows(out, "SELECT file, sha256 FROM parts"))


def _doubled(out: Path) -> int:
    """Rows of results that stand in the files of the ledger twice; the ledger itself could not have a run twice."""
    entered = rows(out, "SELECT kind, file FROM parts")
    return sum(doubled([out / "parts" / f for k, f in entered if k == kind], kind) for kind in KEYS)


@contextlib.contextmanager
def _blocks_of(runs: int) -> Any:
    before, sweep_store.BLOCK = sweep_store.BLOCK, runs
    try:
        yield
    finally:
        sweep_store.BLOCK = before


def _server() -> Any:
    """Processes forked from a clean one that has imported everything."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["benchmarks.made_up", "simulation.runs.sweep_run", "pyarrow.parquet", "pandas", "scipy.stats"]
    )
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [os.getcwd(), *sys.path]))
    try:
        forkserver.ensure_running()
    finally:
        os.environ.pop("PYTHONPATH")
        if before is not None:
            os.environ["PYTHONPATH"] = before
    return context


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill, count, print. 1 where anything was lost, doubled or changed, else 0."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.kills", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dask", action="store_true", help="kill workers of a Dask cluster instead")
    options = parser.parse_args(arguments)
    if options.kills < 1:
        parser.error("--kills is at least 1")
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        if options.dask:
            toll = soak_cluster(options.kills, Path(folder), options.seed)
        else:
            toll = soak(options.kills, Path(folder), options.seed, lambda text: print(text, flush=True))
    print(f"{toll.table()}\n{time.monotonic() - began:.0f} s")
    return int(any(toll.found.values()))


if __name__ == "__main__":
    sys.exit(main())
