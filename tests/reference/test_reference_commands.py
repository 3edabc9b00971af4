"""The commands about the reference say what they found, and fail if something was found."""

from __future__ import annotations

from typing import Any

import pytest
from reference.cases import COMPILED_ONLY, SCENARIOS

from benchmarks.reference import compare, plan, search

pytestmark = [COMPILED_ONLY, pytest.mark.slow]
FLAGSHIP = str(SCENARIOS[0].with_name("industry_focus.yaml"))
SMALLER = ["--set", "weeks=30", "--set", "world.customers=150", "--policy", "open", "--policy", "adaptive"]


def test_compare(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert compare.main([FLAGSHIP, *SMALLER]) == 0
    assert capsys.readouterr().out.count("the same") == 2
    monkeypatch.setattr(plan, "MAX_STARTS", 0)
    assert compare.main([FLAGSHIP, *SMALLER, "--close", "exits"]) == 1
    assert capsys.readouterr().out.count("after phase `plan`: ") == 2


def test_search(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert search.main(["--examples", "3", "--seed", "5"]) == 0
    assert "the same" in capsys.readouterr().out

    def broken(*_: Any) -> str:
        return "week 3, after phase `plan`"

    monkeypatch.setattr("benchmarks.reference.side_by_side.same_history", broken)
    assert search.main(["--examples", "3", "--seed", "5"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("week 3")
    assert "burn_in_weeks:" in out
