"""Numbers of outcomes and states of runs, as the page has them."""

from __future__ import annotations

from analysis.language import say
from app.live import jobs
from app.live.amounts import amount


def figure(value: float | None, unit: str, signed: bool = False) -> str:
    """A number of an outcome: money short, shares to three digits."""
    if value is None:
        return say("n/a")
    sign = "+" if signed and value > 0 else ""
    return sign + (amount(value) if unit == "cents" else f"{value:.3g}")


def interval(low: float | None, high: float | None, unit: str) -> str:
    """The ends of an interval in brackets."""
    return "" if low is None or high is None else f"[{figure(low, unit)}, {figure(high, unit)}]"


def job_words(job: jobs.Job) -> str:
    """How far a run is, or how it ended."""
    of = {
        "done": job.done,
        "total": job.total,
        "kept": job.before + job.done,
        "before": job.before,
        "why": job.why,
        "worlds": job.worlds,
    }
    phase = {
        "starting": say("starting"), "running": say("{done} of {total} runs done", **of), "comparing": say("comparing"),
        "drawing": say("drawing the report"),
    }[job.phase]  # fmt: skip
    words = {
        jobs.RUNNING: phase,
        jobs.CANCELLING: say("stopping; what is done is kept"),
        jobs.CANCELLED: say("Cancelled. {kept} runs are kept; it goes on where it stopped.", **of),
        jobs.DONE: say("Done: {worlds} worlds.", **of),
        jobs.BROKEN: say("It failed: {why}", **of),
        jobs.KILLED: say(
            "The run was ended from outside. {kept} runs are kept; it goes on where it stopped.", **of
        ),
    }[job.state]
    if job.failed:
        words += " " + say("{n} runs failed.", n=job.failed)
    return words
