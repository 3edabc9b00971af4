"""What is known of one comparison in the background: how far it is, how it ended, what it left."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.json_files import read_json
from app.results import SUMMARY, WORDS

if TYPE_CHECKING:
    from simulation.spec import Scenario

RUNNING, CANCELLING, CANCELLED, DONE, BROKEN, KILLED, INTERRUPTED, ELSEWHERE = (
    "running", "cancelling", "cancelled", "done", "failed", "killed", "interrupted", "elsewhere",
)  # fmt: skip
"""INTERRUPTED: found so in its directory, nobody knows why; ELSEWHERE: another process writes its directory."""
ENDED = {CANCELLED, DONE, BROKEN, KILLED, INTERRUPTED, ELSEWHERE}
STOPPED = {CANCELLED, BROKEN, KILLED, INTERRUPTED}


@dataclass
class Job:
    """One comparison. `done` of `total` runs are made, `before` were there already; `place` holds report and summary."""

    number: int
    scenario: str
    policies: list[str]
    worlds: int
    state: str = RUNNING
    phase: str = "starting"
    done: int = 0
    total: int = 0
    failed: int = 0
    before: int = 0
    why: str = ""
    directory: str = ""
    place: str = ""
    verdict: dict[str, str] = field(default_factory=dict)  # in words, by language
    end: str = ""  # as the process said; it counts once that is gone and its directory is free
    earlier: bool = False  # found in its directory, not started since the app was
    outdated: bool = False  # its runs are of another version of the code: none may be added
    each: dict[str, int] = field(
        default_factory=dict
    )  # worlds by policy, where they differ; `worlds` is the most
    turn: int = 0  # grows when it is begun again, or found otherwise in its directory
    process: Any = field(default=None, repr=False)
    given: Scenario | None = field(default=None, repr=False)  # None: as its directory has it

    def heard(self, line: dict[str, Any]) -> None:
        """What the process said."""
        for key in ("done", "total", "failed", "before", "directory", "place", "why", "phase", "verdict"):
            if key in line:
                setattr(self, key, line[key])
        if "done" in line:
            self.phase = "running"
        if line.get("end") in ENDED:
            self.end = line["end"]

    def begin(self) -> None:
        """It is at work, perhaps once more; what was said of an earlier attempt does not hold any longer."""
        self.state, self.phase, self.why, self.end, self.place = RUNNING, "starting", "", "", ""
        self.done = self.total = self.failed = self.before = 0
        self.verdict, self.earlier = {}, False
        self.turn += 1

    @property
    def lived(self) -> bool:
        """Whether all its runs are made, so that at most comparing and drawing is left."""
        return self.phase in ("comparing", "drawing") or (
            self.phase == "running" and 0 < self.total == self.done
        )

    def replaces(self, other: Job) -> bool:
        """Whether the other asks for nothing that this one does not answer too, or would once it goes on."""
        within = self.worlds >= other.worlds and set(other.policies) <= set(self.policies)
        same = bool(self.directory) and self.directory == other.directory
        return same and within and (self.lived or other.state != DONE)


def summary_of(job: Job) -> dict[str, Any] | None:
    """The answer of a comparison whose runs are made, as `summary.json` has it; None where there is none to read."""
    return read_json(Path(job.place) / SUMMARY) if job.place else None


def verdict_in(place: Path) -> dict[str, str]:
    """The verdict of an answer by language; English alone where nobody has said it in the others since."""
    summary = read_json(place / SUMMARY) or {}
    verdict = summary.get("verdict")
    english = str(verdict.get("why", "")) if isinstance(verdict, dict) else ""
    said = read_json(place / WORDS) or {}
    if said.get("en") == english:
        return {language: str(words) for language, words in said.items()}
    return {"en": english} if english else {}
