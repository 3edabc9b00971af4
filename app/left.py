"""What a run directory holds already of the runs that are asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import complain
from app.guard import BadInput

if TYPE_CHECKING:
    from simulation.runs.directory import RunDirectory
    from simulation.runs.identity import Identity
    from simulation.spec import Scenario


@contextmanager
def held(directory: Path, identity: Identity) -> Iterator[RunDirectory | None]:
    """The run directory, to look into; None where there is nothing yet. Raises for one that the run would refuse."""
    from simulation.runs.directory import of_others, reading

    if directory.exists() and not directory.is_dir():
        raise BadInput(f"{directory} is a file, not a directory (choose another directory with --out)")
    if not directory.exists() or not any(directory.iterdir()):
        yield None
        return
    with reading(directory) as kept:
        if kept.manifest["hash"] != identity.directory:
            raise of_others(directory, kept.manifest, identity)
        yield kept


def say_other_code(directory: Path, what: str) -> None:
    """Tell where another version of the code has made a run directory than the one that lives its worlds again."""
    from simulation.runs.directory import reading
    from simulation.runs.identity import code_version

    with reading(directory) as kept:
        if kept.manifest["code"] != code_version():
            complain(f"{directory} was made by another version of the code: {what}")


def scenario_of(directory: Path) -> Scenario:
    """The scenario that a run directory was made of. BadInput where its file was changed since: runs and what is lived again
    would be of two worlds.
    """
    from hashlib import sha256

    from simulation.runs.directory import reading
    from simulation.spec import load_scenario

    spec = directory / "spec.yaml"
    with reading(directory) as kept:
        written = kept.manifest.get("spec_sha256")
    if not spec.is_file() or sha256(spec.read_bytes()).hexdigest() != written:
        raise BadInput(
            f"{spec} is not as it was written, and the runs beside it are of another scenario (delete it and give the "
            "command that made the run again; a changed scenario is compared by itself)"
        )
    return load_scenario(spec)


def present(scenario: Scenario, policies: Sequence[str], worlds: Collection[int], directory: Path) -> int:
    """How many of the runs a directory holds. Raises as `held`."""
    from simulation.runs.identity import Identity

    identity = Identity.of(scenario)
    with held(directory, identity) as kept:
        if kept is None:
            return 0
        done = kept.ledger.done()
    return sum(identity.run(policy, world) in done for policy in policies for world in worlds)


def there(directory: Path, kept: int, runs: int) -> str:
    """In brackets behind a directory: what is left to run; empty for one that is still to be made."""
    if not directory.exists():
        return ""
    left = (
        "nothing is left to run" if kept == runs else f"{kept} runs are there already, {runs - kept} are left"
    )
    return f" (exists: {left})"
