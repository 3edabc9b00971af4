"""The files of a calibrated scenario: the scenario, its draws, the report, and the pictures of the check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.guard import BadInput

if TYPE_CHECKING:
    from analysis.crm.check import Check
    from analysis.crm.estimates.everything import Findings
    from analysis.crm.table import Crm
    from app.calibration.fit import Fit


def texts(
    name: str, crm: Crm, findings: Findings, fitted: Fit | None = None, checked: Check | str | None = None
) -> tuple[str, str, str]:
    """Scenario, draws and report."""
    from app.calibration import check_words, evidence, files, market, people, settings, words
    from app.calibration.cautions import cautions

    chosen, place, force_of = (
        settings.parameters(findings),
        market.market(crm, findings),
        people.sales_force(findings),
    )
    sources = ", ".join(dict.fromkeys(line.file for line in crm.understood if line.role))
    rows = f"{crm.rows.used:,} of {crm.rows.read:,} rows used"
    said = f"Made by `calibrate` from {sources}: {rows}. {words.summary(findings)}"
    more = ""
    if fitted is not None:
        from app.calibration.through import page

        more = page(fitted)
    held_out = check_words.report_lines(checked, crm, files.pictures_of(name)[0])
    return (
        files.scenario_text(name, said, chosen, place, force_of)
        + evidence.section(crm, findings, chosen, force_of, checked),
        files.draws_text([*chosen, *force_of], place),
        words.report(name, crm, findings, chosen, place, force_of, held_out, cautions(crm, findings)) + more,
    )


def write(
    name: str,
    out: Path,
    crm: Crm,
    findings: Findings,
    fitted: Fit | None,
    checked: Check | str | None,
    *,
    force: bool,
) -> None:
    """Write all of them below `out`, or none. BadInput where a file of such a name holds something else."""
    from app.calibration import files

    everything: dict[str, str | bytes] = dict(
        zip(files.names_of(name), texts(name, crm, findings, fitted, checked), strict=True)
    )
    pictures = files.pictures_of(name)
    drawn = None if checked is None or isinstance(checked, str) else _drawn(checked, crm)
    if drawn:
        everything |= zip(pictures, drawn, strict=True)
    for one in everything:  # a folder cannot be replaced by a file, --force or not
        if (out / one).is_dir():
            raise BadInput(f"{out / one} is a directory (--name for another name, or move it away)")
    files.write_all(out, everything, force=force, without=() if drawn else pictures)


def _drawn(checked: Check, crm: Crm) -> tuple[bytes, bytes]:
    from analysis.plots import held_out, style

    figure = held_out.draw(checked, crm.currency)
    return style.png_bytes(figure), style.svg_bytes(figure)
