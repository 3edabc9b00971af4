from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from simulation.spec import Problem, SpecError, load_scenario

DATA = Path(__file__).parent / "data"


@pytest.fixture
def minimal() -> str:
    """The text of a small valid scenario."""
    return (DATA / "minimal.yaml").read_text(encoding="utf-8")


@pytest.fixture
def problems_of(tmp_path: Path) -> Callable[..., list[Problem]]:
    """The problems of a scenario text that must be refused; checks that nothing was written."""

    def load(text: str | bytes, *overrides: str) -> list[Problem]:
        path = tmp_path / "case.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(SpecError) as caught:
            load_scenario(path, overrides)
        assert sorted(tmp_path.rglob("*")) == before
        assert caught.value.problems
        assert {p.file for p in caught.value.problems} <= {str(path), "--set"} | {str(p) for p in before}
        return caught.value.problems

    return load
