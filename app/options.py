"""Options that mean the same in every command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

MAX_SEED = 2**63 - 1

ScenarioFile = Annotated[str, typer.Argument(metavar="SCENARIO", help="Scenario file, or the name of one.")]
RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="Run directory, or its name below runs/.")]
Replications = Annotated[
    int | None,
    typer.Option("--replications", "-n", min=1, max=100_000, help="Worlds to run (default: the scenario's)."),
]
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
Out = Annotated[
    Path | None, typer.Option("--out", "-o", metavar="DIR", help="Run directory (default: below runs/).")
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Change the scenario, as world.reps=60. Can be repeated."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on stdout, and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, and only the result.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be run, and about how long it takes.")
]
KeepGoing = Annotated[
    bool, typer.Option("--keep-going/--fail-fast", help="Go on when a run fails, or stop at the first.")
]
