"""A run directory: one scenario, one seed, one version of the code, and every run of it made so far.

`manifest.json` (whose runs these are), `spec.yaml` (the resolved scenario), `ledger.sqlite` (what is done)
and `parts/*.parquet` (the results). It can be interrupted at any moment and extended later; it never mixes
two scenarios.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.runs.databases import make_own
from simulation.runs.errors import DirectoryRefusedError, WriteFailedError
from simulation.runs.identity import Identity, batch_hash
from simulation.runs.ledger import KINDS, RUNS, DoneRun, Ledger, Part
from simulation.runs.links import refuse_folder, refuse_link, refuse_links
from simulation.runs.lock import writer_lock
from simulation.runs.manifest import ELSEWHERE, MANIFEST, check_of, new_manifest, read_manifest
from simulation.runs.parts import (
    intact,
    read_part,
    replace_durably,
    tampered,
    to_arrow,
    write_parts,
)
from simulation.runs.record import Failure, RunRecord

if TYPE_CHECKING:
    import pyarrow as pa

SPEC, LEDGER, PARTS, LOCK = "spec.yaml", "ledger.sqlite", "parts", ".lock"
OUR_PART = re.compile(r"[0-9a-f]{16}\.(" + "|".join(KINDS) + r")\.parquet")
OUR_TEMPORARY = re.compile(r".+\.\d+\.tmp")


@dataclass
class RunDirectory:
    """An open run directory. `notes` are sentences for the user about what was found on opening it."""

    path: Path
    ledger: Ledger
    manifest: dict[str, Any]
    notes: list[str] = field(default_factory=list)

    @property
    def made_by(self) -> str:
        """What made it, "sweep" or "optimize"; "" for all else."""
        return str(self.manifest.get("kind", ""))

    def missing(
        self, identity: Identity, policies: Sequence[str], replications: Iterable[int]
    ) -> list[tuple[int, list[str]]]:
        """Replications with the policies that are still to be run in them. Failed runs are tried again."""
        done = self.ledger.done()
        wanted = ((n, [p for p in policies if identity.run(p, n) not in done]) for n in replications)
        return [(n, todo) for n, todo in wanted if todo]

    def commit(self, identity: Identity, records: Sequence[RunRecord], failures: Sequence[Failure]) -> None:
        """Write the finished runs of a replication as one batch of parts, then enter them in the ledger."""
        tables = to_arrow(records, int(identity.resolved["weeks"])) if records else {}
        runs = [(identity.run(r.policy, r.replication), r.policy, r.replication) for r in records]
        self.enter(runs, tables, [(identity.run(f.policy, f.replication), f) for f in failures])

    def enter(
        self,
        runs: Sequence[tuple[str, str, int]],
        tables: Mapping[str, pa.Table],
        failures: Sequence[tuple[str, Failure]],
    ) -> None:
        """Write a batch, then enter it in the ledger: runs by (hash, policy, replication), their tables, failed runs."""
        parts: list[Part] = []
        batch = batch_hash(run for run, _, _ in runs)
        if runs:
            parts = write_parts(self.path / PARTS, batch, tables)
        self.ledger.commit([DoneRun(*run, batch) for run in runs], parts, failures)

    def read(
        self,
        policies: Collection[str],
        replications: int | None = None,
        outcomes: Collection[str] | None = None,
    ) -> dict[str, list[pa.Table]]:
        """Tables by kind of every batch with a run of these policies and the first replications, in a fixed
        order.

        Whole batches: they may hold other runs too. With `outcomes` only these, and no decisions: what nobody looks at
        takes most of the time.
        """
        runs = self.ledger.done().values()
        batches = {
            r.batch
            for r in runs
            if r.policy in policies and (replications is None or r.replication < replications)
        }
        parts = self.entered()
        tables: dict[str, list[pa.Table]] = {kind: [] for kind in KINDS}
        for batch in sorted(batches):
            if batch not in parts:
                raise damaged(self.path / LEDGER, f"batch {batch} is not as it was entered")
            for part in parts[batch]:
                if outcomes is None or part.kind != "decisions":
                    table = read_part(self.path / PARTS, part, outcomes, self.made_by)
                    tables[part.kind].append(table)
        return tables

    def entered(self) -> dict[str, list[Part]]:
        """Batch -> its files, as the ledger has them.

        DirectoryRefusedError where files of a batch are not entered, or its table of runs is not: a batch is entered whole.
        """
        names = {path.name for path in (self.path / PARTS).iterdir()}  # first: a writer may be at work
        entered = self.ledger.parts()
        known = {part.file for files in entered.values() for part in files}
        for name in sorted(names - known):
            if OUR_PART.fullmatch(name) and (batch := name.partition(".")[0]) in entered:
                raise damaged(self.path / LEDGER, f"{name} is not entered, though batch {batch} is")
        for batch, files in entered.items():
            if not any(part.kind == RUNS for part in files):
                raise damaged(self.path / LEDGER, f"batch {batch} is entered without its runs")
        return entered


@contextmanager
def writing(
    path: Path, identity: Identity, spec_text: str, command: str, facts: Mapping[str, Any]
) -> Iterator[RunDirectory]:
    """Create a run directory or take up an old one, alone. `facts` go into the manifest for readers.

    Raises DirectoryRefusedError if the directory holds anything else, DirectoryBusyError if somebody is
    writing it.
    """
    if path.exists() and not path.is_dir():
        raise DirectoryRefusedError(f"{path} is a file, not a directory", ELSEWHERE)
    if path.exists():
        for name in (MANIFEST, SPEC, LEDGER, PARTS, LOCK):
            refuse_link(path / name)
        _own_manifest(path, identity)
        refuse_links(path)  # only what is ours is looked through: it may be anybody's home
        for name in (SPEC, LEDGER):
            refuse_folder(path / name)
    try:
        (path / PARTS).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteFailedError(f"{path}: {error.strerror}", ELSEWHERE) from error
    with writer_lock(path):
        manifest = _own_manifest(path, identity) or new_manifest(identity, facts)
        _write_manifest_and_spec(path, manifest, spec_text, command)
        ledger_file = path / LEDGER
        blank = not ledger_file.exists() or not ledger_file.stat().st_size
        # A blank ledger would make every part look like the leftovers of a killed process.
        if blank and any(OUR_PART.fullmatch(part.name) for part in (path / PARTS).iterdir()):
            raise DirectoryRefusedError(
                f"{ledger_file}: missing or empty, but there are parts",
                f"restore it, delete {PARTS}/ too to compute all again, or {ELSEWHERE}",
            )
        make_own(ledger_file)  # all else is replaced, not written into
        with Ledger(ledger_file, owner=identity.directory) as ledger:
            if problem := ledger.damage():
                raise damaged(ledger_file, problem)
            directory = RunDirectory(path, ledger, manifest)
            _check_parts(directory)
            _clean(directory)
            yield directory


@contextmanager
def reading(path: Path) -> Iterator[RunDirectory]:
    """Open a run directory to read it; a writer may be at work. DirectoryRefusedError if it is not a run
    directory.
    """
    if not path.is_dir():
        raise DirectoryRefusedError(f"{path}: no such run directory")
    manifest = read_manifest(path)
    if manifest is None:
        raise DirectoryRefusedError(f"{path} is not a run directory: it has no {MANIFEST}")
    refuse_links(path)
    for name in (SPEC, LEDGER):
        refuse_folder(path / name)
    if not (path / LEDGER).is_file():
        raise DirectoryRefusedError(f"{path} is not complete: it has no {LEDGER}")
    if not (path / PARTS).is_dir():
        raise DirectoryRefusedError(f"{path} is not complete: it has no folder {PARTS}")
    with Ledger(path / LEDGER, readonly=True) as ledger:
        yield RunDirectory(path, ledger, manifest)


def damaged(ledger: Path, problem: str) -> DirectoryRefusedError:
    """The refusal of a ledger that cannot be trusted."""
    return DirectoryRefusedError(
        f"{ledger}: damaged ({problem})", f"restore it, or delete it and {PARTS}/ to compute all again"
    )


def _own_manifest(path: Path, identity: Identity) -> dict[str, Any] | None:
    """The manifest of a directory that holds runs of this identity; None if it holds nothing yet."""
    manifest = read_manifest(path)
    if manifest is None and _ledger_of(path, identity):
        return None  # it was lost, and what it says is known
    if manifest is None:
        leftovers = {LOCK, PARTS}  # of a process that was killed before it had written anything
        strangers = [
            p.name for p in path.iterdir() if p.name not in leftovers and not OUR_TEMPORARY.fullmatch(p.name)
        ]
        parts = path / PARTS
        if strangers or (parts.is_dir() and any(parts.iterdir())):
            raise DirectoryRefusedError(
                f"{path} is not empty and not a run directory (no {MANIFEST})", ELSEWHERE
            )
        return None
    if manifest["hash"] != identity.directory:
        raise of_others(path, manifest, identity)
    return manifest


def of_others(path: Path, manifest: Mapping[str, Any], identity: Identity) -> DirectoryRefusedError:
    """The refusal of a directory whose runs are not of this identity, with what differs."""
    theirs, ours = manifest.get("facets", {}), identity.facets
    differ = [key for key in sorted(theirs.keys() | ours.keys()) if theirs.get(key) != ours.get(key)]
    if differ == ["code"]:
        what = f"{path} was made by another version of the code, whose runs must not be mixed with new ones"
        return DirectoryRefusedError(what, f"{ELSEWHERE}, or go back to that version")
    shown = ", ".join(differ[:5]) + (" and more" if len(differ) > 5 else "")
    return DirectoryRefusedError(
        f"{path} holds runs of something else (different: {shown or 'hash'})", ELSEWHERE
    )


def _ledger_of(path: Path, identity: Identity) -> bool:
    """Whether there is a ledger which says that it was made for these runs."""
    with suppress(DirectoryRefusedError, WriteFailedError), Ledger(path / LEDGER, readonly=True) as ledger:
        return ledger.is_of(identity.directory)
    return False


def _write_manifest_and_spec(path: Path, manifest: dict[str, Any], spec_text: str, command: str) -> None:
    """The manifest goes first, so that a directory without one holds nothing of worth."""
    spec, content = path / SPEC, spec_text.encode()
    before = json.dumps(manifest)
    if not spec.exists() or "spec_sha256" not in manifest:
        manifest["spec_sha256"] = hashlib.sha256(content).hexdigest()
    if spec.exists() and hashlib.sha256(spec.read_bytes()).hexdigest() != manifest.get("spec_sha256"):
        raise DirectoryRefusedError(f"{spec}: changed since it was written", f"delete it, or {ELSEWHERE}")
    if command and command not in manifest["commands"]:
        manifest["commands"].append(command)
    if json.dumps(manifest) != before or not (path / MANIFEST).exists():
        manifest["check"] = check_of(manifest)
        replace_durably(path / MANIFEST, (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode())
    if not spec.exists():
        replace_durably(spec, content)


def _check_parts(directory: RunDirectory) -> None:
    """Every part must be what the ledger says; a batch that has lost a file is computed again."""
    for batch, parts in directory.entered().items():
        lost = []
        for part in parts:
            path = directory.path / PARTS / part.file
            refuse_folder(path)
            if not path.exists():
                lost.append(path)
            elif not intact(path, part):
                raise tampered(path)
        if lost:
            directory.ledger.forget(batch)
            directory.notes.append(f"{lost[0]} is missing: its runs are computed again")


def leftovers(directory: RunDirectory) -> list[Path]:
    """What a killed process left: temporary files, and parts that never reached the ledger."""
    places = [*directory.path.glob("*.tmp"), *(directory.path / PARTS).iterdir()]
    known = {part.file for parts in directory.entered().values() for part in parts}
    ours = (
        path
        for path in places
        if OUR_TEMPORARY.fullmatch(path.name) or (OUR_PART.fullmatch(path.name) and path.name not in known)
    )
    return sorted(path for path in ours if not path.is_dir())  # no process of ours leaves folders


def _clean(directory: RunDirectory) -> None:
    for path in leftovers(directory):
        with suppress(OSError):
            path.unlink()
