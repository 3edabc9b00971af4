"""Numbers of outcomes and states of runs, as the page has them."""

from __future__ import annotations

from analysis.language import count, say
from app.live import run_state
from app.live.amounts import amount
from app.live.run_state import Job


def figure(value: float | None, unit: str, signed: bool = False) -> str:
    """A number of an outcome: money short, shares to three digits."""
    if value is None:
        return say("n/a")
    sign = "+" if signed and value > 0 else ""
    return sign + (amount(value) if unit == "cents" else f"{value:.3g}")


def interval(low: float | None, high: float | None, unit: str) -> str:
    """The ends of an interval in brackets."""
    return "" if low is None or high is None else f"[{figure(low, unit)}, {figure(high, unit)}]"


def job_words(job: Job) -> str:
    """How far a run is, or how it ended, and what is left of it."""
    phase = {
        "starting": say("starting"), "running": say("{done} of {total} runs done", done=job.done, total=job.total),
        "comparing": say("comparing"), "drawing": say("drawing the report"),
    }["comparing" if job.phase == "running" and job.before and not job.total else job.phase]  # fmt: skip
    how = {
        run_state.RUNNING: phase,
        run_state.CANCELLING: say("stopping; what is done is kept"),
        run_state.CANCELLED: say("Cancelled."),
        run_state.DONE: count("Done: {n} world.", "Done: {n} worlds.", job.worlds),
        run_state.BROKEN: say("It failed: {why}", why=job.why),
        run_state.KILLED: say("The run was ended from outside."),
        run_state.INTERRUPTED: say("Interrupted."),
        run_state.ELSEWHERE: say("Another process is at work on it."),
    }[job.state]
    words = [how]
    if job.state in run_state.STOPPED | {run_state.ELSEWHERE}:
        words.append(_left(job))
    if job.failed:
        words.append(say("{n} runs failed.", n=job.failed))
    return " ".join(words)


def _left(job: Job) -> str:
    """What a run that has not come to its end has kept."""
    kept, of = job.before + job.done, job.before + job.total
    if job.state == run_state.ELSEWHERE:
        return say("{kept} of {of} runs are made.", kept=kept, of=of)
    if job.lived:
        return say("All {of} runs are kept; the report is not written.", of=of)
    if job.outdated:
        return say(
            "{kept} of {of} runs are kept, of another version of the code: it cannot go on.", kept=kept, of=of
        )
    if not job.total:  # stopped before it could say how many
        return say("{kept} runs are kept; it goes on where it stopped.", kept=kept)
    return say("{kept} of {of} runs are kept; it goes on where it stopped.", kept=kept, of=of)
