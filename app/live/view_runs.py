"""Cards of runs: those since the app was started, newest first, then what directories tell of earlier ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from analysis.language import ENGLISH, language, say, told
from app.live import run_state
from app.live.jobs import MOST_KEPT, reports
from app.live.run_state import Job
from app.live.shelf import Shelf
from app.live.view import macro
from app.live.words import figure, interval, job_words
from app.results import REPORT, language_of

OUTCOMES_SHOWN = ("new_arr", "recurring_revenue", "morale_mean", "exits")
MOST_REPORTS = 50
_drawn: Shelf[dict[str, Any]] = Shelf(MOST_KEPT * 4)


def runs(every: Sequence[Job]) -> str:
    """All cards, and reports that no card leads to."""
    found = reports()
    cards = [_shown(job, found) for job in reversed(every)]
    # The report of a run that is at work is about to be replaced.
    others = found.keys() - {
        _name(job.place if job.state in run_state.ENDED else job.directory) for job in every
    }
    return macro(
        "runs",
        [card for card in cards if not card["earlier"]],
        before=[card for card in cards if card["earlier"]],
        others=[(name, quote(name)) for name in sorted(others)][-MOST_REPORTS:],
    )


def _shown(job: Job, found: Mapping[str, Any]) -> dict[str, Any]:
    """One card. Of those that have ended the summary is read once."""
    reported = _name(job.place) in found
    if job.state not in run_state.ENDED:
        return _card(job, reported)
    return _drawn.get((id(job), job.turn, job.state, reported, language()), lambda: _card(job, reported), job)


def _card(job: Job, reported: bool) -> dict[str, Any]:
    done = job.state == run_state.DONE
    written = language_of(Path(job.place) / REPORT) if done and reported else ""
    spoken = language() if language() in job.verdict else ENGLISH
    card: dict[str, Any] = {
        **vars(job), "words": job_words(job), "rows": [], "columns": [], "baseline": "",
        "live": job.state in (run_state.RUNNING, run_state.CANCELLING),
        "stop": say("Stop at once") if job.state == run_state.CANCELLING else say("Cancel"),
        "again": _to_do(job, written),
        "report": quote(_name(job.place)) if done and reported else "",
        "written": written, "verdict": job.verdict.get(spoken, ""), "spoken": "" if spoken == language() else spoken,
    }  # fmt: skip
    if job.lived and job.state in run_state.ENDED and (summary := run_state.summary_of(job)) is not None:
        card |= _table(summary)
    return card


def _to_do(job: Job, written: str) -> str:
    """What the button of a run that has ended says; `written` is the language of its report. Empty for no button."""
    done = job.state == run_state.DONE
    if job.outdated or not (done or job.state in run_state.STOPPED):
        return ""
    if not done:
        return say("Write the report") if job.lived else say("Go on")
    if not written:
        return say("Write the report")
    return (
        say("Write the report in English") if written != language() else ""
    )  # each catalogue names its own language


def _table(summary: Mapping[str, Any]) -> dict[str, Any]:
    """The differences of a summary, which stands in a directory that anybody may have written: what is odd is left out."""
    from simulation.outcomes import OUTCOMES

    try:
        asked = dict.fromkeys([summary["verdict"]["outcome"], *OUTCOMES_SHOWN])
        names = [name for name in asked if name in OUTCOMES]
        by = {(d["policy"], d["outcome"]): d for d in summary["differences"]}
        cells = {
            policy: [
                (figure(d["mean"], OUTCOMES[n].unit, signed=True), interval(d["ci_low"], d["ci_high"], OUTCOMES[n].unit))
                if (d := by.get((policy, n))) else ("", "")
                for n in names
            ]
            for policy in dict.fromkeys(policy for policy, _ in by)
        }  # fmt: skip
        return {
            "rows": list(cells.items()), "baseline": summary["baseline"],
            "columns": [told(OUTCOMES[name].label) for name in names],
        }  # fmt: skip
    except (LookupError, TypeError, ValueError, AttributeError):
        return {}


def _name(place: str) -> str:
    """As the app serves the report of a place."""
    return place.removeprefix("runs/")
