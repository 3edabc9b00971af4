"""Regret: what a policy falls short of the best one, known only in hindsight, world by world."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.language import mark
from analysis.panel import OutcomeInfo, Panel


def with_regret(panel: Panel, headline: str) -> Panel:
    """The panel with the outcome `regret`: in each world the best policy's headline outcome less the policy's own.

    In the unit of the headline outcome, never negative; NaN in worlds in which a policy is missing: the best might have
    been that one.
    """
    info = panel.outcomes[headline]
    values = info.sign * panel.final[headline]
    best = values.max(axis=0)
    regret = OutcomeInfo(
        "regret", info.unit, -1, False, "", mark("Regret"),
        mark("headline outcome: shortfall against the policy that was best in this world"), info.currency,
    )  # fmt: skip
    return replace(
        panel,
        outcomes={**panel.outcomes, "regret": regret},
        final={**panel.final, "regret": np.asarray(best - values)},
    )
