"""Do the rows of a ledger say of runs what their results and their hashes say?

A hash of a file shows that its bytes are those written. A ledger whose policies or worlds were changed beside sound hashes
is found by what else knows them: the table of runs in each batch, and the hash of a run, which is over its policy and world.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from simulation.runs.identity import Identity
from simulation.runs.ledger import RUNS, DoneRun, Part
from simulation.runs.parts import read_part

if TYPE_CHECKING:
    from pathlib import Path

    from simulation.runs.directory import RunDirectory
    from simulation.runs.record import Failure


def wrong_rows(directory: RunDirectory, parts: Path) -> str:
    """What of an open run directory is entered otherwise than its files or its hashes say; empty where nothing is.

    `parts` is the folder of the files; those that are missing or damaged are left to others to tell.
    """
    entered = directory.entered()  # before the runs: a writer may be at work, and enters both at once
    batches: dict[str, list[DoneRun]] = {}
    for run in directory.ledger.done().values():
        batches.setdefault(run.batch, []).append(run)
    identity = _identity(directory)
    for batch, files in entered.items():
        runs = batches.get(batch, [])
        (table,) = (part for part in files if part.kind == RUNS)
        if not _as_in(parts, table, runs, directory.made_by):
            return f"batch {batch} is entered with other policies or worlds than its file has"
        if identity is not None and any(not _fits(identity, run.run, run) for run in runs):
            return f"batch {batch} has a run whose hash is of another policy or world"
    failed = directory.ledger.failures()
    if identity is not None and any(not _fits(identity, name, run) for name, run in failed.items()):
        return "a run that failed has the hash of another policy or world"
    return ""


def _as_in(folder: Path, part: Part, runs: list[DoneRun], made_by: str) -> bool:
    """Whether a batch's table of runs has the policies and worlds of the rows."""
    from simulation.runs.errors import DirectoryRefusedError

    try:
        table = read_part(folder, part, (), made_by)
    except DirectoryRefusedError:
        return True  # told as damaged or missing
    columns = (table.column(name).to_pylist() for name in ("policy", "replication"))
    return Counter(zip(*columns, strict=True)) == Counter((run.policy, run.replication) for run in runs)


def _fits(identity: Identity, name: str, run: DoneRun | Failure) -> bool:
    known = run.policy in identity.resolved["policies"]
    return known and identity.run(run.policy, run.replication) == name


def _identity(directory: RunDirectory) -> Identity | None:
    """What the hashes of runs are made of; None for sweeps, whose points are in them too, and for another version's runs."""
    from simulation.runs.directory import SPEC
    from simulation.spec import SpecError, load_scenario

    try:
        identity = Identity.of(load_scenario(directory.path / SPEC))
    except (SpecError, OSError):
        return None
    return identity if identity.directory == directory.manifest["hash"] else None
