"""Missions in scenario files: what is refused, where, and how they are named in overrides."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation.spec import load_scenario

SEGMENTS = "segments: [{name: A, share: 1, deal_value_median: 9, deal_value_sigma: 1}]"
OPEN = "policies: {open: }\n"
GO = "policies:\n  open:\n  go:\n    staffing: {share: 1.0}\n"


def text(*missions: str, policies: str = OPEN) -> str:
    lines = "".join(f"    - {mission}\n" for mission in missions)
    return f"world:\n  {SEGMENTS}\n  missions:\n{lines}{policies}"


CASES = {
    "unknown key": (text("{name: a, prize: 9, hazzard: 1}"), "4:27", "unknown key 'hazzard'", "hazard"),
    "no prize": (text("{name: a}"), "4:7", "prize", ""),
    "feasible": (text("{name: a, prize: 9, feasible: 1.5}"), "4:37", "1.5", ""),
    "no mean": (text("{name: a, prize: 9, tail: 0.5}"), "4:33", "has no mean", "above 1"),
    "no name": (text("{name: ' ', prize: 9}"), "4:14", "1 to 80 printable characters", ""),
    "twice": (
        text("{name: a, prize: 9}", "{name: a, prize: 9}"),
        "3:3",
        "two missions are called 'a'",
        "name of its own",
    ),
    "nothing to go on": (
        f"world: {{{SEGMENTS}}}\n{GO}",
        "5:23",
        "staffing.share of policy 'go': the world has no missions",
        "world.missions",
    ),
}


@pytest.mark.parametrize(("given", "place", "message", "hint"), CASES.values(), ids=CASES)
def test_bad_missions_are_refused_at_their_place(problems_of, given, place, message, hint):
    (problem,) = problems_of(given)
    assert f"{problem.line}:{problem.column}" == place, problem
    assert message in problem.message
    assert hint in problem.hint


def test_missions_are_named_in_overrides(tmp_path: Path):
    path = tmp_path / "case.yaml"
    path.write_text(text("{name: far, prize: 9}", "{name: near, prize: 8.5}", policies=GO), encoding="utf-8")
    scenario = load_scenario(path, ["world.missions.near.feasible=0.7", "world.missions.0.prize=10.0"])
    assert [(m.name, m.feasible, m.prize) for m in scenario.world.missions] == [
        ("far", 0.3, 10.0),
        ("near", 0.7, 8.5),
    ]
    assert load_scenario(path).world.missions[0].prize == 9
