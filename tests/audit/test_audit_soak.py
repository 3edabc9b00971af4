"""The soak in its short form: one chain struck at every command, and what counts as growth."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from audit import covered, soak, soak_app
from audit.soak_app import Sample, grown

from benchmarks.kills import rows


class Always(random.Random):
    """Strikes whatever it may strike."""

    def random(self) -> float:
        return 0.0


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").is_dir() or os.name == "nt", reason="needs /proc")
def test_a_struck_chain_ends_as_an_undisturbed_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(soak.CHAINS, "short", ["sweep sweep.yaml --no-plots --out RUN", "verify RUN"])
    found = soak.Soaked()
    whole = soak.bytes_of(soak.chain("short", soak.furnished(tmp_path / "whole"), found, None))
    typed, struck = soak.typed, []

    def once(words: str, folder: Path, found: soak.Soaked, luck: random.Random | None) -> bool:
        times = struck.count(words)
        struck.append(words)
        return typed(words, folder, found, luck if times < 1 else None)

    monkeypatch.setattr(soak, "typed", once)
    there = soak.bytes_of(soak.chain("short", soak.furnished(tmp_path / "struck"), found, Always(3)))
    assert found.faults == []
    assert found.struck.total() >= 1
    assert there == whole
    assert len(rows(tmp_path / "struck/RUN", "SELECT run FROM runs")) == 32 * 2 * 2


def test_growth_is_seen() -> None:
    flat = [Sample(float(n), 80.0 + n % 3, 300.0, 16, 4) for n in range(100)]
    assert [bad for _, _, bad in grown(flat)] == [False] * 4
    leaking = [Sample(s.at, s.server + s.at, s.engine, s.descriptors + int(s.at), s.threads) for s in flat]
    assert [what for what, _, bad in grown(leaking) if bad] == ["app: server", "app: descriptors"]


def test_coverage_adds_up() -> None:
    files = [
        covered.Reached("simulation/a.py", 10, 9),
        covered.Reached("analysis/b.py", 0, 0),
        covered.Reached("app/c.py", 5, 0),
    ]
    assert [one.share for one in covered.packages(files)] == [90.0, 100.0]


def test_a_page_that_stays_silent_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    class Silent:
        def recv(self, timeout: float) -> str:
            raise TimeoutError

    soak_app.heard(Silent())  # there may be nothing to say to an act
    with pytest.raises(AssertionError, match="parts"):
        soak_app.heard(Silent(), "parts")


def test_coverage_of_nothing_is_refused() -> None:
    with pytest.raises(SystemExit, match="nothing was measured of simulation"):
        covered.packages([])
