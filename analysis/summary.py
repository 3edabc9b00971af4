"""`summary.json`: the comparison as plain data that other programs may rely on (docs/plan.md, contract)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from analysis.comparison_rows import crossover_rows, difference_rows, outcome_rows, trough_rows
from analysis.panel import identical

if TYPE_CHECKING:
    from analysis.comparison import Comparison

DIGITS = 10  # beyond them lie only differences between processors


def build_summary(answer: Comparison) -> dict[str, Any]:
    """Plain dicts, lists, strings, ints and floats; None for what is not defined."""
    panel = answer.panel
    outcomes: dict[str, dict[str, Any]] = {policy: {} for policy in panel.policies}
    for row in outcome_rows(answer):
        outcomes[row.pop("policy")][row.pop("outcome")] = row
    summary = {
        "scenario": str(panel.meta.get("scenario") or ""),
        "question": str(panel.meta.get("question") or ""),
        "seed": panel.meta.get("seed"),
        "weeks": panel.weeks,
        "start_week": panel.start_week,
        "replications": len(answer.worlds.replications),
        "baseline": panel.baseline,
        "policies": list(panel.policies),
        "units": {
            name: {
                "label": info.label,
                "unit": info.unit,
                "direction": info.direction,
                "reduce": info.reduce,
                "currency": info.currency,
            }
            for name, info in panel.outcomes.items()
        },
        "outcomes": outcomes,
        "differences": difference_rows(answer, answer.effects),
        "verdict": answer.verdict,
        "crossovers": crossover_rows(answer),
        "troughs": trough_rows(answer),
        "quarter": difference_rows(answer, answer.first_quarter),
        "identical": identical(panel),
        "failures": failure_rows(answer),
    }
    if answer.groups is not None:
        drawn = panel.meta["draws"]
        summary["doubt"] = {
            "draws": len(panel.replications), "worlds_a_draw": drawn["worlds_a_draw"], "varied": drawn["names"],
            "shares": answer._doubt_rows(),
        }  # fmt: skip
    if answer.elsewhere is not None:
        summary["elsewhere"] = answer.elsewhere
    plain: dict[str, Any] = _plain(summary)
    return plain


def failure_rows(answer: Comparison) -> list[dict[str, Any]]:
    """Failed runs in the order of policies and replications."""
    order = {policy: i for i, policy in enumerate(answer.panel.policies)}
    rows = [{str(k): v for k, v in row.items()} for row in answer.failures.to_dict("records")]
    return sorted(rows, key=lambda row: (order.get(str(row["policy"]), len(order)), int(row["replication"])))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    return value if value is None or isinstance(value, (str, int, bool)) else str(value)
