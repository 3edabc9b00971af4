"""export: take the tables away, or the history of one world."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from app import options
from app.console import print_json
from app.csv_files import write_csv
from app.guard import BadInput
from app.inputs import find_run, is_sweep_directory

TABLES = ("runs", "periods", "decisions", "failures", "outcomes")


def command(
    run: options.RunArgument,
    csv: Annotated[bool, typer.Option("--csv", help="Write CSV files.")] = False,
    crm: Annotated[
        bool,
        typer.Option("--crm", help="Write what a CRM would have recorded of one world, for `calibrate`."),
    ] = False,
    policy: Annotated[
        str | None, typer.Option("--policy", "-p", help="Policy of that world (default: the baseline).")
    ] = None,
    world: Annotated[int, typer.Option("--world", min=0, help="Number of that world.")] = 0,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Write the tables of a run directory as CSV files into RUN/export/, safe to open in a spreadsheet.

    Money is in cents; outcomes.csv has the units. With --crm one world is lived again, and its deals, accounts
    and teams are written into RUN/export/crm/, money in units.
    """
    if not csv and not crm:
        raise typer.BadParameter("say which format: --csv or --crm")
    directory = find_run(run)
    written = _tables(directory) if csv else []
    if crm:
        written += _crm(directory, policy, world)
    if as_json:
        print_json({"files": [str(path) for path in written]})
    elif not quiet:
        print(*written, sep="\n")


def _tables(directory: Path) -> list[Path]:
    names: tuple[str, ...] = TABLES
    tables: Any
    if is_sweep_directory(directory):
        from simulation.runs.sweep_tables import read_sweep

        tables = read_sweep(directory)
        names = tuple(name for name in TABLES if name != "decisions")
    else:
        from simulation.runs import read_tables

        tables = read_tables(directory)
    folder = directory / "export"
    folder.mkdir(exist_ok=True)
    return [write_csv(getattr(tables, name), folder / f"{name}.csv") for name in names]


def _crm(directory: Path, policy: str | None, world: int) -> list[Path]:
    if is_sweep_directory(directory):
        raise BadInput(
            f"{directory} is the directory of a sweep, whose worlds are many (give that of a `compare`)"
        )
    from app.crm_files import write_crm
    from simulation.facts.crm_log import crm_of
    from simulation.runs import choose_policies
    from simulation.spec import load_scenario

    scenario = load_scenario(directory / "spec.yaml")
    (chosen,) = choose_policies(scenario, [policy or scenario.baseline])
    return write_crm(crm_of(scenario, chosen, world), directory / "export" / "crm" / f"{chosen}-{world}")
