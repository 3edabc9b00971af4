"""Comparisons as their run directories know them: what an app that is started anew can tell of earlier runs."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.live.run_state import DONE, ELSEWHERE, INTERRUPTED, STOPPED, Job, verdict_in
from app.results import REPORT, SUMMARY, place_of

if TYPE_CHECKING:
    from simulation.runs.directory import RunDirectory

COMPARE = ["salespolicy", "compare"]
Signature = tuple[int, ...]


def newest(most: int) -> list[Path]:
    """Directories below `runs/` that say whose they are, the oldest of the `most` newest first."""
    manifests = [(age, file.parent) for file in Path("runs").glob("*/manifest.json") if (age := _age(file))]
    ages = [(max(age, _age(place / "ledger.sqlite")), place) for age, place in manifests]
    return [place for _, place in sorted(ages)[-most:]]


def signature(directory: Path, place: str = "") -> Signature:
    """Changes when somebody has written the directory since; whether runs are lived there just now is the last number."""
    from simulation.runs.lock import is_held

    names = ("manifest.json", "ledger.sqlite", "ledger.sqlite-wal", SUMMARY, REPORT)
    files = [directory / name for name in names] + [Path(place) / name for name in (SUMMARY, REPORT) if place]
    return (*map(_age, files), int(is_held(directory)))


def job_of(directory: Path) -> Job | None:
    """A comparison as its directory shows it, of what was asked for last; None for anything else. Raises nothing of ours."""
    from simulation.runs import RunsError
    from simulation.runs.directory import reading

    with suppress(RunsError), reading(directory) as kept:
        manifest = kept.manifest
        if manifest.get("kind") or "meta" not in manifest:
            return None
        each = _asked(directory, manifest, kept)
        job = Job(0, manifest["scenario"], list(each), max(each.values(), default=0), state=INTERRUPTED)
        job.directory, job.each, job.earlier = str(directory), each, True
        _stand(job, kept)
        return job
    return None


def look_again(job: Job) -> None:
    """Bring a comparison that has ended up to date with its directory, which others may have written."""
    from simulation.runs import RunsError
    from simulation.runs.directory import reading

    with suppress(RunsError), reading(Path(job.directory)) as kept:
        _stand(job, kept)
        job.turn += 1


def _stand(job: Job, kept: RunDirectory) -> None:
    """How far the runs are that were asked for, and whether their answer is written."""
    from simulation.runs.identity import code_version
    from simulation.runs.lock import is_held

    each = job.each or dict.fromkeys(job.policies, job.worlds)

    def asked(run: Any) -> bool:
        return bool(run.replication < each.get(run.policy, 0))

    made = sum(map(asked, kept.ledger.done().values()))
    job.failed = sum(map(asked, kept.ledger.failures().values()))
    job.before, job.done = made + job.failed, 0
    job.total = sum(each.values()) - job.before
    job.outdated = kept.manifest["code"] != code_version()
    place, _ = place_of(kept.path, each)
    complete, written = not job.total and made > 0, (place / REPORT).is_file()
    job.phase = "drawing" if complete else "running"
    job.place = str(place) if complete else ""
    job.verdict = verdict_in(place) if complete else {}
    if is_held(kept.path):
        job.state = ELSEWHERE
    elif complete and written and job.verdict:
        job.state = DONE
    elif job.state not in STOPPED:
        job.state = INTERRUPTED


def _asked(directory: Path, manifest: Mapping[str, Any], kept: RunDirectory) -> dict[str, int]:
    """Policies and their numbers of worlds, of the last `compare` that wrote here, as it noted them down itself."""
    words = next((w for c in reversed(manifest["commands"]) if (w := _words(c))[:2] == COMPARE), [])
    options = {name: value for name, value in pairwise(words) if name.startswith("--")}
    known = [str(policy) for policy in manifest["meta"]["policies"]]
    named = options.get("--policies")
    chosen = set(named.split(",")) | {manifest["meta"].get("baseline")} if named else set(known)
    policies = [policy for policy in known if policy in chosen]
    number = options.get("--replications", "")
    if not number.isdecimal():
        number = _replications(directory)
    if number and "--until-decided" not in words:
        return dict.fromkeys(policies, int(number))
    lived = Counter(run.policy for run in kept.ledger.done().values())
    return {policy: lived[policy] for policy in policies}  # it had its own rule of when to stop


def _words(command: Any) -> list[str]:
    with suppress(ValueError):  # quotes that do not close
        return shlex.split(command) if isinstance(command, str) else []
    return []


def _replications(directory: Path) -> str:
    """How many worlds the scenario asks for, from the file as we write it: to read all of it takes a tenth of a second."""
    with suppress(OSError, UnicodeDecodeError):
        found = re.search(r"^replications: (\d{1,6})$", (directory / "spec.yaml").read_text("utf-8"), re.M)
        return found[1] if found else ""
    return ""


def _age(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0
