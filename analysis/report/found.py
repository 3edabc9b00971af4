"""What other commands have written of the same runs, for the sections of the report, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.language import listed, say

if TYPE_CHECKING:
    from analysis.flip import Flip
    from analysis.scenes import Scenes

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Found:
    """Plain data as `--json` of the commands prints it; None or empty where a command has not been given.

    `run` is what the commands call the runs; `varies`: are there runs in which assumptions vary, so that `flip` and `value`
    can answer?
    """

    run: str = "RUN"
    varies: bool = False
    why: Sequence[Data] = ()
    who: Data | None = None
    watch: Data | None = None
    flip: Data | None = None
    phase: Flip | None = None
    value: Data | None = None
    scenes: Scenes | None = None

    def missing(self, policy: str | None = None) -> list[str]:
        """Names of what has not been asked yet, of this policy where one is given."""

        def of_it(told: Data | None) -> bool:
            return told is not None and policy in (None, told["policy"])

        there = {
            say("why"): self.why,
            say("who gains and who loses"): of_it(self.who),
            say("what to watch"): of_it(self.watch),
            say("where it flips"): self.flip,
            say("what a pilot is worth"): self.value is not None and self.value["pilots"],
            say("funnel, hand-overs and teams"): self.scenes,
        }
        return [name for name, asked in there.items() if not asked]

    def hint(self, policy: str | None = None) -> str:
        """One line that says what is missing, and which command asks it; empty where nothing is."""
        if not (missing := self.missing(policy)):
            return ""
        return say(
            "Not asked yet: {missing}. `salespolicy report {run} --full` asks all of it and writes this page again.",
            missing=listed(missing), run=self.run,
        )  # fmt: skip
