"""What `explain`, `watch`, `flip` and `value` would have written of the made-up tables, in small."""

from __future__ import annotations

from typing import Any

from analysis.explain import DIRECT_WORDS
from analysis.report.found import Found
from analysis.scenes import Scenes

WEEKS = list(range(13, 40))


def interval(mean: float, half: float) -> dict[str, float]:
    return {"mean": mean, "ci_low": mean - half, "ci_high": mean + half}


def person(seat: int, gain: float, segment: str, left: list[Any] | None) -> dict[str, Any]:
    return {
        "seat": seat, "tenure": 80, "talent": 0.4, "segment": segment, "manager": 1, "won": [5e5, 5e5 + gain],
        "morale": [0.7, 0.5], "left": [None, left], "taken": [1, 20], "given": [2, 30], "learned": [0.1, 0.0], "gain": gain,
    }  # fmt: skip


def group(kind: str, name: str, won: float) -> dict[str, Any]:
    return {
        "kind": kind, "name": name, "people": 11.5, "won": interval(won, 4e4), "percent": interval(won / 1e4, 5),
        "morale": interval(-0.1, 0.02), "left": interval(0.1, 0.03),
    }  # fmt: skip


def scenes(policy: str = "lockdown", segments: tuple[str, ...] = ("retail", "energy")) -> Scenes:
    rows = []
    for world in range(4):
        for name, worse in (("open", 0), (policy, 1)):
            rows.append(
                {
                    "policy": name, "world": world, "weeks": WEEKS, "segments": list(segments), "quota": [2e7] * len(WEEKS),
                    "funnel": [700 - 20 * worse + world, 300, 240, 150 - 10 * worse + world],
                    "moved": [[worse * (40 + world), worse * 5], [worse * 9, worse * 2]],
                    "won": [90 - world, 60 - 10 * worse], "ended": [180, 120 + world],
                    "morale": [[0.7 - 0.2 * worse] * len(WEEKS), [0.6] * (len(WEEKS) - 1) + [None]],
                }
            )  # fmt: skip
    return Scenes("open", rows)


def found(policy: str = "lockdown", segment: str = "retail", **more: Any) -> Found:
    """A report that lacks nothing, about this policy and this segment."""
    parts = [
        {"mechanism": "direct", "words": DIRECT_WORDS, **interval(-2e7, 3e6)},
        {"mechanism": "reports", "words": "distorted reports", **interval(1e6, 2e6)},
    ]  # fmt: skip
    rule = {
        "signal": "won", "label": "deals won", "week": 6, "stop_if": "below", "threshold": -0.12,
        "false_stop": interval(0.2, 0.1),
        "missed_stop": interval(0.3, 0.1), "auc": 0.8, "saves": interval(5e6, 1e6),
    }  # fmt: skip
    given: dict[str, Any] = {
        "run": "small-1", "varies": True,
        "why": [{"policy": policy, "baseline": "open", "outcome": "new_arr", "unit": "cents", "worlds": 8,
                 "gap": interval(-1.9e7, 4e6), "parts": parts}],
        "who": {"policy": policy, "baseline": "open", "worlds": 8, "world": 0,
                "groups": [group("all", "everybody", -2e5), group("tenure", "first year", 3e5),
                           group("segment", segment, -4e5)],
                "hurt": [person(3, -9e5, segment, [20, "resigned"])], "helped": [person(5, 4e5, segment, None)]},
        "watch": {"policy": policy, "baseline": "open", "outcome": "new_arr", "worlds": 40, "goes_wrong": interval(0.5, 0.1),
                  "signals": [rule, {**rule, "signal": "resignations", "label": "resignations", "stop_if": "above",
                                     "threshold": 2.5}],
                  "leading": {"weeks": [{"week": 6, "signals": [
                      {"label": "deals won", "sign": interval(0.7, 0.1), "size": interval(0.4, 0.2),
                       "more_than_chance": True},
                      {"label": "resignations", "sign": interval(0.5, 0.1), "size": interval(0, 0.2),
                       "more_than_chance": False},
                  ]}]},
                  "reviews": [{"week": 26, "wrong": interval(0.4, 0.1), "rejects": interval(0.6, 0.1)}]},
        "flip": {"outcome": "new_arr", "best": {policy: 0.7, "open": 0.3}, "cases": 64,
                 "boxes": [{"policy": policy, "cases": 45, "share": 0.7, "found": True, "density": 0.9, "ci_low": 0.8,
                            "ci_high": 0.96, "limits": [{"axis": "overlap", "low": None, "high": 0.4}]},
                           {"policy": "open", "cases": 19, "share": 0.3, "found": False}]},
        "value": {"outcome": "new_arr", "chosen": policy, "cases": 64, "perfect": 8e5, "ci_low": 5e5, "ci_high": 1.1e6,
                  "parameters": [{"name": "overlap", "perfect": 3e5, "ci_low": 1e5, "ci_high": 5e5}],
                  "pilots": [{"policy": policy, "weeks": 6, "reps": 12, "value": 4e5, "ci_low": 3e5, "ci_high": 5e5,
                              "cost": 6e4, "cost_ci_low": 2e4, "cost_ci_high": 1e5}]},
        "scenes": scenes(policy, (segment, "energy")),
    }  # fmt: skip
    return Found(**{**given, **more})
