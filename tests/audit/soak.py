"""`python -m tests.audit.soak --minutes 120`: mixed commands and app use for hours, with random kills.

A *chain* is what somebody does in one run directory, from `compare` or `sweep` to `verify`. Each of its commands is killed
(-9), ended or interrupted about every other time, at any moment, and typed again until it comes through. What the ledger has
said of a run has to stay; at the end the directory has to hold the same bytes as one that nobody disturbed. Meanwhile
visitors use one app that lives all the time, and others that are killed (`soak_app.py`).

Prints a line a minute, then a table; exit code 1 if anything was lost, changed, broke, or grew.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.kills import rows

from .soak_app import Apps, Sample, grown
from .threat import ROOT

KILLED = {signal.SIGKILL: "killed", signal.SIGINT: "interrupted", signal.SIGTERM: "ended"}
STOPPED = {signal.SIGKILL: {-9}, signal.SIGINT: {130, -2}, signal.SIGTERM: {130, -15}}
"""Exit codes of a command that was struck; the negative ones before it had begun."""
OWN = {".lock", "ledger.sqlite", "manifest.json", "study.sqlite"}
"""Files that say when something was done, or in which order."""
LONGEST = 900.0
"""Seconds after which a command counts as one that never ends."""
SWOLLEN, LEFT = 1.3, 3.0
"""Ratio of memory, and temporary files left by a killed command, from which on something grows."""
SWEEP = """
scenario: scenarios/tiny.yaml
design: sobol
points: 32
replications: 2
vary:
  overlap:
  world.reps: {low: 6, high: 10}
"""
CHAINS: dict[str, list[str]] = {
    "compare": [
        "compare scenarios/tiny.yaml -n 8 --out RUN", "compare scenarios/tiny.yaml -n 16 --out RUN", "verify RUN",
        "show RUN",
        "report RUN --lang zh", "report RUN", "export RUN --csv", "gc RUN", "verify RUN",
    ],
    "explain": [
        "compare scenarios/tiny.yaml -n 20 --out RUN", "explain RUN --policy plain", "watch RUN", "trade RUN", "gc RUN",
        "verify RUN",
    ],
    "sweep": ["sweep sweep.yaml --out RUN", "flip RUN", "value RUN", "export RUN --csv", "gc RUN", "verify RUN"],
    "optimize": [
        "optimize scenarios/tiny.yaml -v policies.plain.territory.share=0.3:1 -t 4 --searches 1 -n 4 --fresh 4 --out RUN",
        "gc RUN", "verify RUN",
    ],
    "leads": ["compare scenarios/tiny.yaml -n 2 --out RUN", "export RUN --crm", "gc RUN", "verify RUN"],
}  # fmt: skip


class Told(list[str]):
    """Faults, told as they happen: nobody should wait two hours for the first."""

    def append(self, text: str) -> None:
        super().append(text)
        print(f"FAULT {text}", file=sys.stderr, flush=True)


@dataclass
class Soaked:
    """What came of it."""

    commands: Counter[str] = field(default_factory=Counter)
    struck: Counter[str] = field(default_factory=Counter)
    chains: Counter[str] = field(default_factory=Counter)
    faults: Told = field(default_factory=Told)
    acknowledged: int = 0
    seconds: dict[str, list[float]] = field(default_factory=dict)
    peaks: dict[str, list[float]] = field(default_factory=dict)


def chain(name: str, folder: Path, found: Soaked, luck: random.Random | None) -> Path:
    """Live a chain in `folder`; without luck nobody disturbs it. Returns its run directory."""
    run, known = folder / "RUN", set[str]()
    shutil.rmtree(run, ignore_errors=True)
    for words in CHAINS[name]:
        while True:
            signalled = typed(words, folder, found, luck)
            there = [row[0] for row in rows(run, "SELECT run FROM runs")]
            if lost := known - set(there):
                found.faults.append(f"{words}: {len(lost)} acknowledged runs are gone")
            known |= set(there)
            if not signalled:
                break
    found.acknowledged += len(known)
    found.chains[name] += 1
    return run


def typed(words: str, folder: Path, found: Soaked, luck: random.Random | None) -> bool:
    """Type a command, perhaps strike it; True where it did not come through because of that."""
    verb = words.split(maxsplit=1)[0]
    usual = found.seconds.get(words, [])
    strike = luck is not None and bool(usual) and luck.random() < 0.5
    which = luck.choices(list(KILLED), (2, 1, 1))[0] if luck and strike else None
    began, delivered = time.monotonic(), False
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "run.py"), *words.split()], cwd=folder, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said, text=True,
        )  # fmt: skip
        found.commands[verb] += 1
        if which is not None and luck is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(luck.uniform(0.02, 1.1) * statistics.median(usual))
            if process.poll() is None:
                delivered = True
                found.struck[KILLED[which]] += 1
                with contextlib.suppress(ProcessLookupError):
                    # Ctrl-C goes to the whole group, as a terminal sends it; the rest to the command, as a system does.
                    os.killpg(process.pid, which) if which == signal.SIGINT else process.send_signal(which)
        code, peak = ended(process, found, words)
        said.seek(0)
        errors = said.read()
    # Python itself prints one in a worker whose parent was killed while it was being started.
    if ("Traceback" in errors and which != signal.SIGKILL) or "Unexpected error" in errors:
        found.faults.append(f"{words}: {errors[-600:]}")
    if code == 0:
        found.seconds.setdefault(words, []).append(time.monotonic() - began)
        if peak:
            found.peaks.setdefault(words, []).append(peak)
        return False
    if which is None or not delivered:
        found.faults.append(f"{words}: exit code {code}: {errors[-600:]}")
        return False
    if code not in STOPPED[which]:
        found.faults.append(f"{words}: {KILLED[which]}, exit code {code}: {errors[-600:]}")
    return True


def ended(process: subprocess.Popen[str], found: Soaked, words: str) -> tuple[int, float]:
    """Exit code and peak memory in MiB (0 if not known) of a command; nothing of it may live on for long."""
    deadline, peak = time.monotonic() + LONGEST, 0.0
    while process.returncode is None:  # else it had come through before it could be struck
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode, peak = os.waitstatus_to_exitcode(status), used.ru_maxrss / 1024
            break
        if time.monotonic() > deadline:
            found.faults.append(f"{words}: not back after {LONGEST:g} s")
            os.killpg(process.pid, signal.SIGKILL)
            deadline += LONGEST
        time.sleep(0.05)
    if not alone(process.pid):
        found.faults.append(f"{words}: its workers live on: {list(_members(process.pid))}")
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    return process.returncode or 0, peak


def alone(group: int) -> bool:
    """Have all processes of a group ended within half a minute of their leader?"""
    for _ in range(300):
        if not any(_members(group)):
            return True
        time.sleep(0.1)
    return False


def _members(group: int) -> Iterator[int]:
    """Processes of a group; those that have ended and whom nobody has collected are none."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, its_group = stat.read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state != "Z":
                yield int(stat.parent.name)


def bytes_of(run: Path) -> dict[str, str]:
    """Hash of every file of a run directory, but of those that say when."""
    return {
        path.relative_to(run).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(run.rglob("*"))
        if path.is_file() and path.name not in OWN
    }


def furnished(folder: Path) -> Path:
    """A folder with what the chains need."""
    (folder / "scenarios").mkdir(parents=True)
    from live.serving import TINY

    plain = TINY.replace('"[red] 🦊 עברית"', "plain")  # names of policies are typed here
    (folder / "scenarios/tiny.yaml").write_text(plain, encoding="utf-8")
    (folder / "sweep.yaml").write_text(SWEEP, encoding="utf-8")
    return folder


def rounds(folder: Path, until: float, found: Soaked, luck: random.Random) -> Iterator[None]:
    """Chain after chain until then; each first once undisturbed."""
    whole: dict[str, dict[str, str]] = {}
    for name in CHAINS:
        whole[name] = bytes_of(chain(name, furnished(folder / f"whole-{name}"), found, None))
        yield
    struck = furnished(folder / "struck")
    while time.monotonic() < until:
        name = luck.choice(list(CHAINS))
        there = bytes_of(chain(name, struck, found, luck))
        differ = sorted(
            file for file in there.keys() | whole[name].keys() if there.get(file) != whole[name].get(file)
        )
        if differ:
            found.faults.append(f"{name}: other bytes than undisturbed in {', '.join(differ[:5])}")
            shutil.copytree(struck / "RUN", folder / f"differs-{len(found.faults)}")
        yield


def table(found: Soaked, apps: Apps, minutes: float) -> list[str]:
    """All of it in a few lines."""

    def counts(of: Counter[str]) -> str:
        return ", ".join(f"{name} {number:,}" for name, number in sorted(of.items()))

    lines = [
        f"{minutes:.0f} minutes; commands: {counts(found.commands)}",
        f"struck: {counts(found.struck)}; chains: {counts(found.chains)}; runs acknowledged: {found.acknowledged:,}",
        f"app: {counts(apps.acts)}; runs in the background: {counts(apps.ends)}",
        *[f"{what:<40}{told}" for what, told, _ in grown(apps.samples)],
    ]
    if ratio := swollen(found.peaks):
        lines.append(f"{'peak memory of a command, last by first':<40}{ratio:.2f} at most")
    return [*lines, f"{'lost, changed, broken':<40}{len(found.faults)}"]


def swollen(peaks: Mapping[str, Sequence[float]]) -> float:
    """The largest ratio of a command's peak memory in its last third of times to that in its first; 0 where too few."""
    thirds = [(of[: len(of) // 3], of[-(len(of) // 3) :]) for of in peaks.values() if len(of) >= 6]
    return max((statistics.median(last) / statistics.median(first) for first, last in thirds), default=0.0)


def main(words: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.audit.soak",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--minutes", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="work here and leave it, to look at afterwards")
    asked = parser.parse_args(words)
    began, found = time.monotonic(), Soaked()
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.keep or Path(scratch)
        os.environ["TMPDIR"] = str(folder / "tmp")
        (folder / "tmp").mkdir(parents=True)
        tempfile.tempdir = None
        with Apps(folder / "app", asked.seed, found.faults) as apps:
            told = 0.0
            for _ in rounds(folder, began + 60 * asked.minutes, found, random.Random(asked.seed)):
                minutes = (time.monotonic() - began) / 60
                if minutes >= told:
                    now: Sample | None = apps.samples[-1] if apps.samples else None
                    print(
                        f"{minutes:.0f} min: {found.commands.total()} commands, {found.struck.total()} struck, "
                        f"{apps.acts.total()} acts, {len(found.faults)} faults, {now}",
                        file=sys.stderr, flush=True,
                    )  # fmt: skip
                    told = minutes + 1
        left = sum(1 for _ in (folder / "tmp").rglob("*"))
    if (ratio := swollen(found.peaks)) > SWOLLEN:
        found.faults.append(f"a command needs {ratio:.2f} times the memory it needed before")
    if left > LEFT * found.struck.total():
        found.faults.append(f"{left} temporary files are left by {found.struck.total()} struck commands")
    print(*found.faults, sep="\n", end="\n" if found.faults else "")
    print(*table(found, apps, (time.monotonic() - began) / 60), sep="\n")
    print(f"{'temporary files of killed commands left':<40}{left}")
    return int(bool(found.faults or any(bad for _, _, bad in grown(apps.samples))))


if __name__ == "__main__":
    sys.exit(main())
