"""validate: is this YAML a scenario?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import options
from app.console import complain, print_json
from app.guard import BAD_INPUT

if TYPE_CHECKING:
    from simulation.spec import Problem


def command(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="Scenario, policy or hypothesis files.")],
    as_json: options.Json = False,
    allow_lever: options.AllowLever = None,
    quiet: options.Quiet = False,
) -> None:
    """Check scenario, policy and hypothesis files; each problem with file, line, column and a hint.

    What is sound but without effect, as a release where nobody has a territory, is a note and no error.
    """
    from simulation.spec import checked

    problems, notes = checked(files)
    if as_json:
        print_json({"errors": _data(problems), "notes": _data(notes)})
    else:
        for problem in problems:
            complain(str(problem))
        if not quiet:
            for note in notes:
                complain(str(replace(note, message=f"note: {note.message}")))
            if not problems:
                more = f", {len(notes)} note{'s' if len(notes) > 1 else ''}" if notes else ""
                print(f"{len(files)} file{'s' if len(files) > 1 else ''} checked, no problems{more}")
    if problems:
        raise typer.Exit(BAD_INPUT)


def _data(problems: list[Problem]) -> list[dict[str, Any]]:
    keys = ("file", "line", "column", "message", "hint")
    return [{key: getattr(problem, key) for key in keys} for problem in problems]
