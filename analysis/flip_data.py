"""Where it flips, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from analysis.calibrated import told
from analysis.conditions import Column, Limits, words
from analysis.flip import Flip, Zone, worlds_a_case
from analysis.flip_text import sentences
from analysis.hangs import as_data as hangs_data


def as_data(found: Flip) -> dict[str, Any]:
    """Plain data: what `flip --json` prints."""
    answer = found.answer
    return {
        "scenario": answer.meta["scenario"], "outcome": answer.outcome, "unit": answer.info.unit,
        "baseline": answer.meta["baseline"], "margin": found.margin, "cases": found.cases,
        "worlds_a_case": worlds_a_case(found), "axes": [column.name for column in found.columns],
        "best": {name: float((found.best == place).mean()) for place, name in enumerate(found.names)},
        "boxes": [_zone_data(found, zone) for zone in found.zones],
        "tree": {
            "depth": found.tree.depth, "right": found.tree.right, "commonest": found.tree.usual,
            "leaves": [
                {"policy": found.names[leaf.names], "where": words(found.columns, leaf.limits), "cases": leaf.cases,
                 "share": leaf.share, "limits": _limits(found.columns, leaf.limits)}
                for leaf in found.tree.leaves
            ],
        },
        "phase": [found.columns[place].name for place in found.pair],
        "hangs_on": hangs_data(found.hangs, answer.info.label),
        "sentences": sentences(found), "left_out": answer.incomplete, "calibration": told(answer.meta),
    }  # fmt: skip


def _zone_data(found: Flip, zone: Zone) -> dict[str, Any]:
    data: dict[str, Any] = {"policy": zone.policy, "cases": zone.cases, "share": zone.share, "why": zone.why}
    box = zone.box
    if box is None:
        return {**data, "found": False}
    return {
        **data, "found": True, "where": words(found.columns, box.limits), "usual": box.usual, "mass": box.mass,
        "coverage": box.coverage, "density": box.density.mean, "ci_low": box.density.low, "ci_high": box.density.high,
        "density_seen": box.seen, "held_back": box.density.n, "limits": _limits(found.columns, box.limits),
        "quasi_p": [{"axis": found.columns[place].name, "side": side, "p": p}
                    for (place, side), p in box.weights.items()],
    }  # fmt: skip


def _limits(columns: Sequence[Column], limits: Limits) -> list[dict[str, Any]]:
    """Limits as data: an end that is free is None."""
    return [
        {
            "axis": columns[place].name,
            **({"values": [columns[place].labels[code] for code in limit.kept]} if limit.kept is not None
               else {"low": limit.low if np.isfinite(limit.low) else None,
                     "high": limit.high if np.isfinite(limit.high) else None}),
        }
        for place, limit in sorted(limits.items())
    ]  # fmt: skip
