"""schema: what editors need to know about the files that people write."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated

import typer

from app import options
from app.console import print_json
from app.guard import BadInput

KINDS = ("scenario", "policies", "sweep", "hypothesis")


def _known(kind: str) -> str:
    """One of the kinds; typer's own message for an Enum shows the inside of the program."""
    if kind in KINDS:
        return kind
    near = difflib.get_close_matches(kind, KINDS, n=1)
    hint = f"Did you mean '{near[0]}'?" if near else f"There are {', '.join(KINDS)}."
    raise typer.BadParameter(f"there is no schema of '{kind}'. {hint}")


def command(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            callback=_known,
            autocompletion=lambda: list(KINDS),
            help=f"Of which files: {', '.join(KINDS)}.",
        ),
    ] = "scenario",
    write: Annotated[
        Path | None,
        typer.Option("--write", metavar="DIR", help="Write the schemas of all kinds there: DIR/KIND.json."),
    ] = None,
    as_json: options.Json = True,
    allow_lever: options.AllowLever = None,
) -> None:
    """JSON Schema of scenario, policy, sweep or hypothesis files, for completion and checks in an editor."""
    from simulation.spec.editors import json_schema, schema_files

    if write is None:
        print_json(json_schema(kind))
        return
    try:
        write.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise BadInput(f"--write: {write} is a file, or lies in one (name a directory)") from None
    for name, text in schema_files().items():
        (write / name).write_text(text, encoding="utf-8", newline="\n")
        print(write / name)
