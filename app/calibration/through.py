"""From a fit through the whole model to findings like all others, and to words about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.crm.finding import LEVEL, WIDEST, Estimate, cannot_tell
from analysis.crm.moments import LABELS, moments
from app.calibration.files import loaded
from app.calibration.fit import FRESH, WORLDS, Fit, fit
from app.calibration.fitted import Fitted
from app.calibration.settings import Floats
from simulation.parameters import PARAMETERS

if TYPE_CHECKING:
    from analysis.crm.estimates.everything import Findings
    from analysis.crm.table import Crm

QUESTION = "Through the whole model"
MOST_WEEKS = 104
"""Of a longer history the last so many weeks are compared: worlds take as long."""
LEAST_WEEKS = 26


def recent(crm: Crm) -> tuple[Crm, int]:
    """The opportunities of the last weeks, and how many weeks these are: what a record that begins there would hold."""
    first = max(float(crm.deals["created"].min()), crm.last_day + 1 - 7 * MOST_WEEKS)
    deals = crm.deals[crm.deals["created"] >= first].reset_index(drop=True)
    return replace(crm, deals=deals), int(np.ceil((crm.last_day + 1 - first) / 7))


def through(
    crm: Crm,
    findings: Findings,
    name: str,
    scenario: str,
    draws: str,
    trials: int,
    workers: int,
    tell: Callable[[], object],
) -> tuple[Findings, Fit]:
    """The findings with those of the fit, which replace direct estimates of the same parameters.

    `scenario` and `draws` are the texts of the files of this `name` that the direct estimates alone would give.
    """
    part, weeks = recent(crm)
    given = loaded(name, scenario, draws, [f"weeks={max(LEAST_WEEKS, weeks)}"])
    found = fit(given, moments(part), trials, workers, tell, accounts=len(crm.accounts))
    told = [_estimate(found, k, one) for k, one in enumerate(found.chosen)]
    mine = {one.parameter for one in told if one.parameter}
    questions = {
        question: [one.sets("") if one.parameter in mine else one for one in estimates]
        for question, estimates in findings.questions.items()
    }
    return replace(findings, questions={**questions, QUESTION: told}), found


def _estimate(found: Fit, k: int, one: Fitted) -> Estimate:
    name = f"fit_{one.name}"
    sets = "" if one.beside or one.name not in PARAMETERS else one.name
    post = found.posterior
    if post is None:
        return cannot_tell(name, one.unit, found.why).sets("" if one.direct else sets)
    drawn: Floats = one.value(post.draws[:, k])
    low, high = (float(one.value(end[k])) for end in (post.low, post.high))
    share = float(post.high[k] - post.low[k]) / (2 * LEVEL)
    if share <= WIDEST:
        words = f"{one.why}: by {len(found.moments)} figures of the history; {share:.0%} of the range is left"
        return Estimate(
            name, "found", float(np.median(drawn)), low, high, one.unit, found.worlds, words, sets, drawn
        )
    words = f"{one.why}: worlds from {share:.0%} of the range look like the data"
    return Estimate(
        name, "cannot_tell", float(np.median(drawn)), low, high, one.unit, found.worlds, words, sets, drawn
    )


def sentences(found: Fit) -> list[str]:
    """How the fit was done and how well it fits."""
    post = found.posterior
    if post is None:
        return [f"Nothing was fitted through the whole model: {found.why}."]
    said = [
        f"{found.trials} trials of {WORLDS} worlds, and {FRESH} worlds at the best point, each with its own draw of all "
        f"else; the best trial lies {found.nearest:.2g} standard errors from the data in the mean."
    ]
    if post.widened > 1:
        worst = [LABELS[name] for name, miss in zip(found.moments, post.misses, strict=True) if abs(miss) > 2]
        said.append(
            f"No place fits within chance, so errors were widened {post.widened**0.5:.2g} times. "
            f"Missed most: {', '.join(worst) or 'nothing by itself'}."
        )
    return said


def page(found: Fit) -> str:
    """The section of the report beside the scenario."""
    lines = ["", f"## {QUESTION}: how it was done", "", *sentences(found)]
    if found.posterior is not None:
        lines += ["", "| figure | data | standard error | model less data, in errors |", "|---|---|---|---|"]
        for (name, one), miss in zip(found.moments.items(), found.posterior.misses, strict=True):
            lines.append(f"| {LABELS[name]} | {one.value:.3g} | {one.error:.2g} | {-miss:+.1f} |")
    return "\n".join(lines) + "\n"


def as_data(found: Fit) -> dict[str, Any]:
    """What `--json` adds."""
    post = found.posterior
    return {
        "trials": found.trials,
        "worlds": found.worlds,
        "fitted": post is not None,
        "words": sentences(found),
        "widened": None if post is None else post.widened,
        "moments": [
            {
                "name": name, "label": LABELS[name], "value": one.value, "error": one.error, "n": one.n,
                "missed_by": None if post is None else float(-post.misses[k]),
            }
            for k, (name, one) in enumerate(found.moments.items())
        ],
    }  # fmt: skip
