"""Options that mean the same in every command."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from app.console import complain
from app.guard import BAD_INPUT, guarded

MAX_SEED = 2**63 - 1
ALLOWED = (
    "SALESPOLICY_ALLOW_LEVERS"  # read by simulation.levers, which is not to be imported before it is set
)

LEAST_WORLDS = 32
"""With fewer worlds of other parameters nothing can be said of where an answer holds (analysis/reach.py, elsewhere.py)."""


def enough_worlds(worlds: int | None) -> int | None:
    """Refuse so few worlds that they would be run and nothing could be said about them."""
    if worlds and worlds < LEAST_WORLDS:
        raise typer.BadParameter(
            f"{worlds} are too few to say where an answer holds: 0, or {LEAST_WORLDS} or more."
        )
    return worlds


ScenarioFile = Annotated[str, typer.Argument(metavar="SCENARIO", help="Scenario file, or the name of one.")]
RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="Run directory, or its name below runs/.")]
Replications = Annotated[
    int | None,
    typer.Option("--replications", "-n", min=1, max=100_000, help="Worlds to run (default: the scenario's)."),
]
Elsewhere = Annotated[
    int | None,
    typer.Option(
        "--worlds", min=0, max=65_536, callback=enough_worlds,
        help="Worlds with other parameters in which to try the verdict (default 64 from 20 replications on; 0: none).",
    ),
]  # fmt: skip
Seed = Annotated[
    int | None, typer.Option("--seed", "-s", min=0, max=MAX_SEED, help="Seed (default: the scenario's).")
]
Policies = Annotated[
    str | None,
    typer.Option(
        "--policies", "-p", metavar="A,B", help="Policies to run (default: all). The baseline comes too."
    ),
]
Weeks = Annotated[
    int | None, typer.Option("--weeks", "-w", min=1, max=1040, help="Length of a run in weeks.")
]
Workers = Annotated[
    int | None,
    typer.Option("--workers", "-j", min=1, max=512, help="Processes (default: one for each core)."),
]
ClusterAddress = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="Workers of a Dask cluster: tcp://HOST:PORT, tls://HOST:PORT, or local (extra 'cluster').",
    ),
]
ClusterTls = Annotated[
    Path | None,
    typer.Option(
        "--cluster-tls", metavar="FILE", help="YAML with ca, cert and key: files for a tls:// address."
    ),
]
Out = Annotated[
    Path | None, typer.Option("--out", "-o", metavar="DIR", help="Run directory (default: below runs/).")
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Change the scenario, as world.reps=60. Can be repeated."
    ),
]


@guarded
def _allow(names: list[str] | None) -> list[str] | None:
    """Before the levers are first imported: they are fixed from then on, here and in worker processes."""
    if names:
        os.environ[ALLOWED] = ",".join([os.environ.get(ALLOWED, ""), *names])
    if not os.environ.get(ALLOWED, "").strip(" ,"):
        return names
    from simulation.levers import LEVERS, REFUSED
    from simulation.levers.outside import allowed_names

    late = [name for name in allowed_names() if name not in LEVERS]
    faults = dict.fromkeys(late, "the levers of this process were fixed before") | REFUSED
    for name, reason in faults.items():
        complain(f"the lever '{name}' cannot be allowed: {reason}")
    if faults:
        raise typer.Exit(BAD_INPUT)
    return names


AllowLever = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-lever",
        metavar="NAME",
        callback=_allow,
        help="Allow a lever of another installed package. Can be repeated.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on stdout, and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, and only the result.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be run, and about how long it takes.")
]


def spoken(name: str) -> str:
    """A language that the catalogue has, as it was given."""
    from analysis.language import LANGUAGES

    if name not in LANGUAGES:
        raise typer.BadParameter(f"'{name}' is not one of {', '.join(LANGUAGES)}")
    return name


Lang = Annotated[
    str,
    typer.Option(
        "--lang", metavar="en|zh", callback=spoken, help="Language of the answer, the plots and the report."
    ),
]
KeepGoing = Annotated[
    bool, typer.Option("--keep-going/--fail-fast", help="Go on when a run fails, or stop at the first.")
]
