"""Communication: how openly odds are told and how safe bad news is."""

from __future__ import annotations

from typing import ClassVar

from simulation.levers.base import Lever, setting


class Communication(Lever):
    """Openness lowers the filtering of reports and the ambiguity people feel after a change."""

    name: ClassVar[str] = "communication"

    openness: float | None = setting(
        None, "share", "share of news told as it is (none: the firm's own, parameter `openness`)", ge=0, le=1
    )

    def candour(self, state: None, so_far: float) -> float:
        return so_far if self.openness is None else self.openness
