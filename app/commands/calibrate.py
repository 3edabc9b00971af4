"""calibrate: from exports of a CRM to a scenario of one's own, with draws of what is uncertain."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import options
from app.console import duration, print_json, show, table
from app.guard import BadInput

if TYPE_CHECKING:
    from analysis.crm.estimates.everything import Findings
    from analysis.crm.table import Crm


def command(
    files: Annotated[
        list[Path], typer.Argument(metavar="CSV...", help="Exports: opportunities, accounts, teams.")
    ],
    name: Annotated[
        str | None, typer.Option("--name", help="Name of the scenario (default: the file's).")
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="ROLE=COLUMN", help="What a column is, as rep=Owner. Can be repeated."),
    ] = None,
    mapping: Annotated[Path | None, typer.Option("--mapping", help="A YAML file of such lines.")] = None,
    encoding: Annotated[str | None, typer.Option("--encoding", help="Of files that are not UTF-8.")] = None,
    dates: Annotated[
        str | None, typer.Option("--dates", help="dmy, mdy or ymd where files do not say.")
    ] = None,
    today: Annotated[
        str | None, typer.Option("--today", metavar="YYYY-MM-DD", help="Last day of the data.")
    ] = None,
    out: Annotated[
        Path,
        typer.Option("--out", "-o", metavar="DIR", help="Where the scenario goes (default: scenarios/)."),
    ] = Path("scenarios"),
    force: Annotated[bool, typer.Option("--force", help="Replace a scenario of this name.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what the data tell; write nothing.")
    ] = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Make a scenario out of a CRM's exports: what they tell, what is not in them, and how sure that is.

    Each figure is found, not found, or one that the data cannot tell; in the last two cases the literature's
    value and range stay. Writes NAME.yaml, NAME.draws.csv and NAME.calibration.md, or nothing at all.
    """
    began = time.monotonic()
    from analysis.crm.estimates.everything import estimate
    from app.calibration.files import names_of, safe_name
    from app.calibration.lived import lived
    from app.calibration.settings import DEFAULTS, RANGES

    crm = _read(files, columns, mapping, encoding, dates, today)
    findings = estimate(crm, RANGES, DEFAULTS, lived)
    called = safe_name(name or _called(crm))
    scenario = out / names_of(called)[0]
    if not dry_run:
        _write(called, out, crm, findings, force=force)
    if as_json:
        from app.calibration.words import as_data

        print_json(as_data(str(scenario), crm, findings))
        return
    _tell(crm, findings, quiet=quiet)
    if not quiet:
        told = (
            "Nothing was written." if dry_run else f"Scenario: {scenario}, with draws and a report beside it"
        )
        print(f"\n{duration(time.monotonic() - began)}. {told}")


def _read(
    files: list[Path], columns: list[str] | None, mapping: Path | None, encoding: str | None, dates: str | None,
    today: str | None,
) -> Crm:  # fmt: skip
    from datetime import date

    from analysis.crm.overrides import parse_pairs
    from analysis.crm.read import read_crm

    if columns and mapping is not None:
        raise BadInput("--map and --mapping cannot be given together (put the lines into the file)")
    try:
        day = None if today is None else date.fromisoformat(today)
    except ValueError:
        raise BadInput(f"--today: '{today}' is no day (write it like 2026-06-30)") from None
    given: Any = mapping if mapping is not None else parse_pairs(columns or ())
    return read_crm(files, mapping=given or None, encoding=encoding, dates=dates, today=day)


def _called(crm: Crm) -> str:
    """The stem of the file that has the opportunities."""
    return Path(next(line.file for line in crm.understood if line.role == "created")).stem


def _write(name: str, out: Path, crm: Crm, findings: Findings, *, force: bool) -> None:
    from app.calibration import files, market, people, settings, words

    chosen, place, force_of = (
        settings.parameters(findings),
        market.market(crm, findings),
        people.sales_force(findings),
    )
    sources = ", ".join(dict.fromkeys(line.file for line in crm.understood if line.role))
    said = f"Made by `calibrate` from {sources}: {crm.rows.used:,} of {crm.rows.read:,} rows used. {words.summary(findings)}"
    texts = (
        files.scenario_text(name, said, chosen, place, force_of),
        files.draws_text(chosen, place),
        words.report(name, crm, findings, chosen, place, force_of),
    )
    files.write_all(out, dict(zip(files.names_of(name), texts, strict=True)), force=force)


def _tell(crm: Crm, findings: Findings, *, quiet: bool) -> None:
    from app.calibration.settings import SAID
    from app.calibration.words import about_rows, bracket, number, summary

    if not quiet:
        show(*about_rows(crm.rows))
    for question, estimates in findings.questions.items():
        rows = [
            (
                one.name,
                SAID[one.finding].removeprefix("the data "),
                f"{number(one.value)} {bracket(one)}".strip(),
                one.unit,
            )
            for one in estimates
        ]
        if rows:
            show("", table(question, ("figure", "verdict", "value [95 %]", "unit"), rows))
    show("", summary(findings))
    untold = [f"- {one.name}: {one.words}" for one in findings if one.finding != "found"]
    if untold and not quiet:
        show("", "Where the literature's value and range stay:", *untold)
