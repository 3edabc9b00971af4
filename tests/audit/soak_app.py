"""The app during a soak: visitors of one server that lives all the time, and servers that are killed."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import statistics
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from benchmarks.kills import children

from .app_checks import HELLO, INIT, get

PATIENCE = 120.0
"""Seconds to wait for a word of the app; the machine is busy."""
SLIDERS = (
    ("levers", "territory/share", (0.2, 0.5, 0.8, 1.0)),
    ("world", "world/parameters/selling_share", (0.36, 0.4, 0.44)),
    ("world", "world/parameters/overlap", (0.2, 0.5, 0.8)),
    ("levers", "no/such", (1, "x", None, [])),
)  # fmt: skip

ACTS = {
    "slider": 8,
    "week": 4,
    "scenario": 2,
    "keep": 2,
    "file": 1,
    "save": 1,
    "run": 2,
    "cancel": 1,
    "again": 1,
}
"""What visitors do, and how often."""


@dataclass(frozen=True)
class Sample:
    """The steady server and its engine, so many seconds after the start: MiB resident, open descriptors, threads."""

    at: float
    server: float
    engine: float
    descriptors: int
    threads: int

    def __str__(self) -> str:
        memory = f"server {self.server:.0f} MiB, engine {self.engine:.0f} MiB"
        return f"{memory}, {self.descriptors} descriptors, {self.threads} threads"


def resident(pid: int) -> float:
    """MiB of memory that a process holds; 0 once it has gone."""
    with contextlib.suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    return 0.0


def gone(processes: list[int]) -> bool:
    """Have these all ended within half a minute?"""
    for _ in range(300):
        if not any(map(resident, processes)):
            return True
        time.sleep(0.1)
    return False


def unsound(run: Path) -> str:
    """What is wrong with a run directory, in words; empty where nothing is."""
    from simulation.runs.errors import RunsError
    from simulation.runs.upkeep import check

    try:
        health = check(run)
    except RunsError as error:
        return str(error)
    return "" if health.sound else f"{run}: {[*health.damaged, *health.missing]}"


def is_job(pid: int) -> bool:
    """Is a process a run in the background?"""
    with contextlib.suppress(OSError):
        return b"app.live.job" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def sampled(pid: int, began: float) -> Sample:
    """How a server is now."""
    own = [child for child in children(pid) if not is_job(child)]
    with contextlib.suppress(OSError):
        return Sample(
            time.monotonic() - began, resident(pid), sum(map(resident, own)),
            len(list(Path(f"/proc/{pid}/fd").iterdir())), len(list(Path(f"/proc/{pid}/task").iterdir())),
        )  # fmt: skip
    return Sample(time.monotonic() - began, 0.0, 0.0, 0, 0)


def grown(samples: list[Sample]) -> list[tuple[str, str, bool]]:
    """What each figure did from the second to the last fifth of the time: its name, words, and whether it grew too much."""
    if len(samples) < 10:
        return [("app", f"looked at {len(samples)} times only", True)]
    end = samples[-1].at
    early = [s for s in samples if end / 5 <= s.at < 2 * end / 5]
    late = [s for s in samples if s.at >= 4 * end / 5]
    found = []
    for name, unit, slack in (
        ("server", "MiB", 20), ("engine", "MiB", 40), ("descriptors", "", 10), ("threads", "", 10),
    ):  # fmt: skip
        before, after = (statistics.median(getattr(s, name) for s in part) for part in (early, late))
        bad = after > 1.1 * before + slack or not after  # nothing to look at: it has ended
        found.append((f"app: {name}", f"{before:.0f} -> {after:.0f} {unit}{'  GROWS' if bad else ''}", bad))
    return found


class Apps:
    """A context in which apps are used. Broken promises go to `faults`, in words."""

    def __init__(self, place: Path, seed: int, faults: list[str]) -> None:
        self.place, self.luck, self.faults = place, random.Random(seed), faults
        self.acts: Counter[str] = Counter()
        self.ends: Counter[str] = Counter()
        self.samples: list[Sample] = []
        self._over = threading.Event()
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        from live.serving import home_in, served

        self.place.mkdir(parents=True)
        self._stack = contextlib.ExitStack()
        home = home_in(self.place)
        self.steady, address = self._stack.enter_context(served(home))
        self.netloc = urlsplit(address).netloc
        self._threads = [threading.Thread(target=work) for work in (self._watch, self._visit, self._mortals)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        if self.steady.poll() is not None:
            self.faults.append(f"the app ended with code {self.steady.returncode}")
        self._stack.close()
        for run in sorted(self.place.glob("**/manifest.json")):
            if fault := unsound(run.parent):
                self.faults.append(f"a run of the app is not as it was written: {fault}")

    def _watch(self) -> None:
        while not self._over.wait(5.0):
            self.samples.append(sampled(self.steady.pid, self._began))

    def _visit(self) -> None:
        """Page after page of the steady server, each with a few acts."""
        while not self._over.wait(self.luck.uniform(0.2, 2.0)):
            try:
                status, _ = get(self.netloc, self.luck.choice(("/", "/?lang=zh")))
                if status != 200:
                    self.faults.append(f"the page answers {status}")
                self._page()
            except Exception as error:
                self.faults.append(f"a visitor: {type(error).__name__}: {error}")
                if len(self.faults) > 100:
                    return

    def _page(self) -> None:
        from websockets.sync.client import connect

        with connect(
            f"ws://{self.netloc}/websocket/",
            origin=f"http://{self.netloc}",
            open_timeout=PATIENCE,
            max_size=None,
        ) as page:  # type: ignore[arg-type]
            page.send(INIT)
            page.send(HELLO)
            heard(page, "parts")
            self.acts["page"] += 1
            for _ in range(self.luck.randrange(1, 8)):
                name, what = self._act()
                self.acts[name] += 1
                page.send(json.dumps({"method": "update", "data": {"said": what}}))
                heard(page)
                self._over.wait(self.luck.uniform(0.0, 1.0))
            if self.luck.random() < 0.3:
                self._over.wait(2.0)  # a run may have begun: let it get somewhere
                self._strike()

    def _act(self) -> tuple[str, dict[str, Any]]:
        """What a visitor does next."""
        luck = self.luck
        kind = luck.choices(list(ACTS), list(ACTS.values()))[0]
        if kind == "slider":
            scope, path, values = luck.choice(SLIDERS)
            return kind, {"kind": "change", "scope": scope, "path": path, "value": luck.choice(values)}
        if kind == "week":
            return kind, {"kind": "week", "frame": luck.randrange(24)}
        if kind == "file":
            return kind, {
                "kind": "file",
                "name": "x.yaml",
                "text": luck.choice(("name: [", "weeks: 10\n", "\0", "{")),
            }
        if kind == "save":
            return kind, {"kind": "save"}
        value = {"scenario": "tiny", "keep": f"variant {luck.randrange(3)}", "run": luck.choice((2, 4, 8, 3000)),
                 "cancel": luck.randrange(1, 30), "again": luck.randrange(1, 30)}[kind]  # fmt: skip
        return kind, {"kind": "act", "name": kind, "value": value}

    def _strike(self) -> None:
        """Kill what runs in the background, if anything does."""
        for pid in filter(is_job, children(self.steady.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
                self.ends["killed"] += 1

    def _mortals(self) -> None:
        """A server that is killed, and another in its place: the page is there again."""
        from live.serving import home_in, served

        home = self.place / "mortal"
        home.mkdir()
        home_in(home)
        while not self._over.wait(60.0):
            try:
                with served(home) as (process, address):
                    netloc = urlsplit(address).netloc
                    if (status := get(netloc)[0]) != 200:
                        self.faults.append(f"a server after a kill answers {status}")
                    self._over.wait(self.luck.uniform(0.0, 10.0))
                    helpers = children(process.pid)
                    process.kill()
                    self.ends["servers killed"] += 1
                    if not gone(helpers):
                        self.faults.append(f"helpers of a killed server live on: {helpers}")
            except Exception as error:  # else the thread would end, and nobody would know
                self.faults.append(f"a server after a kill: {type(error).__name__}: {error}")


def heard(page: Any, wanted: str = "") -> None:
    """Wait for a word of the app, or for one that holds `wanted`."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            text = str(page.recv(timeout=1.0 if not wanted else PATIENCE))
        except TimeoutError:
            if not wanted:
                return  # nothing to say to that
            break
        if "That went wrong" in text:
            raise AssertionError(text[:400])
        if wanted in text:
            return
    raise AssertionError(f"'{wanted}' was not said within {PATIENCE:g} s")
