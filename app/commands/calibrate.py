"""calibrate: from exports of a CRM to a scenario of one's own, with draws of what is uncertain."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import options
from app.console import console, duration, print_json, show, table
from app.guard import BadInput, Interrupted
from app.inputs import cores
from app.progress import Bar

if TYPE_CHECKING:
    from analysis.crm.check import Check
    from analysis.crm.estimates.everything import Findings
    from analysis.crm.table import Crm
    from app.calibration.fit import Fit

HISTORIES = 40


def command(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="Exports (CSV, .xlsx, Parquet): opportunities, closed deals, accounts, teams, changes of owner.",
        ),
    ],
    name: Annotated[
        str | None, typer.Option("--name", help="Name of the scenario (default: the file's).")
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="ROLE=COLUMN", help="What a column is, as rep=Owner. Can be repeated."),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="A YAML file of such lines, as rep: Owner.")
    ] = None,
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
    worlds: Annotated[
        int,
        typer.Option(
            "--worlds",
            min=0,
            max=10_000,
            metavar="N",
            help="Histories of the check on the last part; 0 for none.",
        ),
    ] = HISTORIES,
    fit: Annotated[
        int | None,
        typer.Option(
            "--fit",
            min=100,
            max=10_000,
            metavar="TRIALS",
            help="Fit what shows through the whole model only (200).",
        ),
    ] = None,
    workers: options.Workers = None,
    tables: Annotated[
        bool, typer.Option("--tables", help="Print every column, figure and reason before the answer.")
    ] = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Make a scenario out of a CRM's exports: what they tell, what is not in them, and how sure that is.

    Each figure is found, not found, or one that the data cannot tell; in the last two cases the literature's
    value and range stay. A scenario made without the last quarter of the data is then held against that quarter. Writes
    NAME.yaml, NAME.draws.csv, NAME.calibration.md and, of that check, NAME.calibration.png and .svg, or nothing at all.
    """
    began = time.monotonic()
    from analysis.crm.estimates.everything import estimate
    from app.calibration import answer
    from app.calibration.cautions import cautions
    from app.calibration.files import check_folder, names_of, safe_name, told_name
    from app.calibration.lived import lived
    from app.calibration.people import sales_force
    from app.calibration.settings import DEFAULTS, RANGES
    from app.calibration.written import write

    _enough(worlds)
    if fit is not None:
        from app.calibration.fit import need_optuna

        need_optuna()
    given = None if name is None else told_name(name)
    if not dry_run:
        check_folder(out)
    crm = _read(files, columns, mapping, encoding, dates, today)
    findings = estimate(crm, RANGES, DEFAULTS, lived)
    called = given or safe_name(_called(crm))
    checked = _check(crm, worlds, workers, quiet=quiet) if worlds else None
    fitted = None
    if fit is not None:
        findings, fitted = _fit(called, crm, findings, fit, workers, quiet=quiet)
    scenario, warned = out / names_of(called)[0], cautions(crm, findings)
    if not dry_run:
        write(called, out, crm, findings, fitted, checked, force=force)
    if as_json:
        from app.calibration import check_words
        from app.calibration.words import as_data

        told_check = check_words.as_data(checked)
        print_json(as_data(str(scenario), crm, findings, told_check, warned) | _fit_data(fitted))
        return
    if tables:
        _tell_tables(crm, findings, checked)
    lines = [*answer.answer(crm, findings, warned, sales_force(findings)), *answer.of_check(checked)]
    if fitted is not None:
        from app.calibration.through import sentences

        lines += [("Fit", sentence) for sentence in sentences(fitted)]
    lines += [("Files", "nothing was written")] if dry_run else answer.of_files(out, called, checked)
    show(*answer.told(lines, console().width))
    if not quiet:
        show(f"{duration(time.monotonic() - began)}.")


def _enough(worlds: int) -> None:
    from analysis.crm.check import LEAST

    if 0 < worlds < LEAST:
        raise BadInput(
            f"--worlds {worlds}: with fewer than {LEAST} nothing can lie outside 95 % of them (0 leaves the check out)"
        )


def _check(crm: Crm, worlds: int, workers: int | None, *, quiet: bool) -> Check | str:
    from app.calibration.check import held_out_check

    with Bar(quiet=quiet) as bar:
        try:
            return held_out_check(crm, worlds, workers or cores(), bar)
        except KeyboardInterrupt:
            raise Interrupted("Interrupted. Nothing was written.") from None


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


def _fit(
    name: str, crm: Crm, findings: Findings, trials: int, workers: int | None, *, quiet: bool
) -> tuple[Findings, Fit]:
    from app.calibration.fit import worlds_needed
    from app.calibration.through import through
    from app.calibration.written import texts
    from simulation.runs.experiments import Progress

    scenario, draws, _ = texts(name, crm, findings)
    lived = 0
    with Bar(quiet=quiet) as bar:

        def tell() -> None:
            nonlocal lived
            bar(Progress(lived, worlds_needed(trials)))
            lived += 1

        tell()
        return through(crm, findings, name, scenario, draws, trials, workers or cores(), tell)


def _fit_data(fitted: Fit | None) -> dict[str, Any]:
    if fitted is None:
        return {}
    from app.calibration.through import as_data

    return {"fit": as_data(fitted)}


def _tell_tables(crm: Crm, findings: Findings, checked: Check | str | None) -> None:
    """Every column, figure and reason."""
    from app.calibration import check_words
    from app.calibration.labels import label
    from app.calibration.settings import SAID
    from app.calibration.understood import about_rows, understood
    from app.calibration.words import bracket, number

    show(*understood(crm), "", *about_rows(crm))
    for question, estimates in findings.questions.items():
        rows = [
            (
                label(one.name),
                SAID[one.finding].removeprefix("the data "),
                f"{number(one.value)} {bracket(one)}".strip(),
                one.unit,
            )
            for one in estimates
        ]
        if rows:
            show("", table(question, ("figure", "verdict", "value [95 %]", "unit"), rows))
    if untold := [f"- {label(one.name)}: {one.words}" for one in findings if one.finding != "found"]:
        show("", "Why the others were not found:", *untold)
    if checked is not None and not isinstance(checked, str):
        show("", table(check_words.TITLE, check_words.COLUMNS, check_words.table_rows(checked)))
        show(*check_words.introduction(checked, crm), *check_words.left_out(checked))
    show("")
