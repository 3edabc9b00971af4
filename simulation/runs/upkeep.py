"""Looking after run directories: is every part as it was written, and what can go."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from simulation.runs.directory import LEDGER, OUR_PART, PARTS, SPEC, RunDirectory, leftovers, reading
from simulation.runs.directory import damaged as refused
from simulation.runs.errors import DirectoryRefusedError
from simulation.runs.identity import code_version
from simulation.runs.ledger import Part
from simulation.runs.lock import writer_lock
from simulation.runs.parts import intact, read_part
from simulation.runs.rows import wrong_rows


@dataclass(frozen=True)
class Health:
    """What a run directory holds. `damaged`, `missing` and `stray` are files below it."""

    path: Path
    runs: int
    parts: int
    failed: int
    damaged: tuple[Path, ...]
    missing: tuple[Path, ...]
    stray: tuple[Path, ...]

    @property
    def sound(self) -> bool:
        """Whether every result is there as it was written; strays are only in the way."""
        return not self.damaged and not self.missing


def check(path: Path) -> Health:
    """Compare the scenario and every part with its hash, its columns with ours, and the rows of the ledger with all that.

    DirectoryRefusedError if this is no run directory, or its ledger is not as it was written.
    """
    before = _files(path)
    with reading(path) as directory:
        if problem := directory.ledger.damage():
            raise refused(path / LEDGER, problem)
        damaged, missing, number = [], [], 0
        spec = path / SPEC
        if not spec.is_file():
            missing.append(spec)
        elif hashlib.sha256(spec.read_bytes()).hexdigest() != directory.manifest.get("spec_sha256"):
            damaged.append(spec)
        for parts in directory.entered().values():
            for part in parts:
                number += 1
                file = path / PARTS / part.file
                if not file.exists():
                    missing.append(file)
                elif file.is_dir() or not intact(file, part) or not _is_ours(directory, part):
                    damaged.append(file)
        if problem := wrong_rows(directory, path / PARTS):
            raise refused(path / LEDGER, problem)
        runs, failed = len(directory.ledger.done()), len(directory.ledger.failures())
        return Health(
            path, runs, number, failed, tuple(damaged), tuple(missing), tuple(_left(directory, before))
        )


def _is_ours(directory: RunDirectory, part: Part) -> bool:
    """Whether a part with the bytes that the ledger knows is a table of ours: a hash can be entered too."""
    try:
        read_part(directory.path / PARTS, part, made_by=directory.made_by)
    except DirectoryRefusedError:
        return False
    return True


def _files(path: Path) -> frozenset[Path]:
    """What lies there before the ledger is opened: what a writer adds later, an open ledger need not know."""
    return frozenset([*path.glob("*"), *(path / PARTS).glob("*")])


def _left(directory: RunDirectory, before: frozenset[Path]) -> list[Path]:
    """What killed processes left: a batch at most each, and the next one begins by removing it."""
    found = [file for file in leftovers(directory) if file in before]
    batches = {file.name.partition(".")[0] for file in found if OUR_PART.fullmatch(file.name)}
    if len(batches) > 1:
        raise refused(directory.path / LEDGER, f"{len(batches)} batches have files and are not entered")
    return found


def strays(path: Path) -> list[Path]:
    """Files of a run directory that no result needs. Raises as `check`."""
    before = _files(path)
    with reading(path) as directory:
        return _left(directory, before)


def remove_strays(path: Path) -> list[Path]:
    """Remove them, while nobody else writes there; gives what is gone. DirectoryBusyError if somebody does."""
    strays(path)  # refuses what is none of ours before a lock is left there
    with writer_lock(path):
        found = strays(path)
        for file in found:
            file.unlink(missing_ok=True)
    return found


def remove_directory(path: Path) -> None:
    """Remove a whole run directory, while nobody else writes there. Raises as `remove_strays`; a link is not followed."""
    with reading(path):  # what is damaged may go, what is none of ours may not
        pass
    if path.is_symlink():
        raise DirectoryRefusedError(f"{path} is a link", "remove what it points to, or the link, by hand")
    with writer_lock(path):
        shutil.rmtree(path)


def of_this_version(path: Path) -> bool:
    """Whether the same command would still add to this directory: its runs are of the code at hand."""
    with reading(path) as directory:
        return bool(
            directory.manifest.get("code") == code_version() or directory.manifest.get("outside_levers")
        )
