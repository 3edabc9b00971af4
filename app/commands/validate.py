"""validate: is this YAML a scenario?"""

from __future__ import annotations

from typing import Annotated

import typer

from app import options
from app.console import complain, print_json
from app.guard import BAD_INPUT


def command(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Scenario or policy files.")],
    as_json: options.Json = False,
    allow_lever: options.AllowLever = None,
    quiet: options.Quiet = False,
) -> None:
    """Check scenario and policy files; each problem with file, line, column and a hint."""
    from simulation.spec import check_files

    problems = check_files(files)
    if as_json:
        keys = ("file", "line", "column", "message", "hint")
        print_json({"errors": [{key: getattr(problem, key) for key in keys} for problem in problems]})
    else:
        for problem in problems:
            complain(str(problem))
        if not problems and not quiet:
            print(f"{len(files)} file{'s' if len(files) > 1 else ''} checked, no problems")
    if problems:
        raise typer.Exit(BAD_INPUT)
