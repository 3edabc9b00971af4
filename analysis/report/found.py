"""What other commands have written of the same runs, for the sections of the report; and what to do where they have not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.language import say

if TYPE_CHECKING:
    from analysis.flip import Flip
    from analysis.scenes import Scenes

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Found:
    """Plain data as `--json` of the commands prints it; None or empty where a command has not been given.

    `run` is what the commands call the runs; `varies`: are there runs in which assumptions vary, so that `flip` and `value`
    can answer? `drawn` is what these are called, if they are others.
    """

    run: str = "RUN"
    varies: bool = False
    drawn: str = ""
    why: Sequence[Data] = ()
    who: Data | None = None
    watch: Data | None = None
    flip: Data | None = None
    phase: Flip | None = None
    value: Data | None = None
    scenes: Scenes | None = None

    def ask(self, command: str) -> str:
        """Which command fills a section in."""
        return say(
            "Not asked yet: `salespolicy {command}` answers this, and `salespolicy report {run} --full` all that is "
            "missing.",
            command=command.format(run=self.run), run=self.run,
        )  # fmt: skip

    def missing(self) -> dict[str, str]:
        """One line for each section without an answer, by its name."""
        found = {}
        if not self.why:
            found["why"] = self.ask("explain {run}")
        if self.who is None:
            found["who"] = self.ask("explain {run} --who")
        if self.watch is None:
            found["watch"] = self.ask("watch {run}")
        if self.scenes is None:
            found["scenes"] = say(
                "Funnel, hand-overs and teams have not been looked at: `salespolicy report {run} --full` does.",
                run=self.run,
            )
        if self.flip is None:
            found["flip"] = self.ask(f"flip {self.drawn or '{run}'}") if self.varies else _still(self.run)
        if self.value is None or not self.value["pilots"]:
            found["value"] = (
                self.ask(f"value {self.drawn or '{run}'} --pilot 6x12") if self.varies else _still(self.run)
            )
        return found


def _still(run: str) -> str:
    return say(
        "In these runs only luck varies. Where a verdict turns, and what a pilot is worth, needs runs in which assumptions "
        "vary: `salespolicy report {run} --full` varies those that matter most; a scenario with draws, as `salespolicy "
        "calibrate` makes one from your data, varies what the data leave open.",
        run=run,
    )
