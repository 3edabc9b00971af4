"""What the sentences of a verdict draw on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.crossover import Crossover
from analysis.paired import Difference
from analysis.panel import Panel
from analysis.price import PRICE, Watched, watched
from analysis.verdict import Horizon, Verdict

Table = Mapping[tuple[str, str], Difference]


@dataclass(frozen=True)
class Findings:
    """What the sentences draw on; tables are keyed by (policy, outcome)."""

    panel: Panel
    verdict: Verdict
    horizon: Horizon | None
    differences: Table
    quarter: Table
    crossovers: Mapping[tuple[str, str], Crossover]


def seen(f: Findings, policy: str) -> list[Watched]:
    """What a policy does to all else that is watched besides the headline."""
    differences = {o: f.differences[policy, o] for o, _ in PRICE if (policy, o) in f.differences}
    return list(watched(f.panel, f.verdict.outcome, differences))
