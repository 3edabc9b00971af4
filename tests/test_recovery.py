"""The recovery in short: a failure where the coverage of a few worlds is impossible; what is kept, and how it is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from benchmarks import recovery
from benchmarks.recovery_page import mean_of, of_parameter, page, summary, table
from benchmarks.recovery_world import PRIOR, SIZES, draw_truth, recover
from simulation.parameters import PARAMETERS

WORLDS, SEED = 6, 2


def cell(truth: float, value: float, error: float = 1.0) -> dict[str, Any]:
    return {"truth": truth, "value": value, "low": value - 1.64 * error, "high": value + 1.64 * error, "error": error,
            "finding": "found"}  # fmt: skip


def row(number: int, value: float = 1.0) -> dict[str, Any]:
    parameters = {name: cell(1.0, value) for name in PRIOR}
    return {"number": number, "reps": SIZES[number % 3], "deals": 1000 + number, "parameters": parameters,
            "segments_told_apart": False, "gap": 0.01}  # fmt: skip


def fake(task: tuple[int, int]) -> dict[str, Any]:
    return row(task[1])


@pytest.mark.slow
def test_a_few_worlds_are_recovered() -> None:
    """Of 6 worlds at least 3 hold each parameter, and 70 % of all intervals hold.

    If intervals cover 90 %, one parameter is held by 2 of 6 or fewer with a chance of .0013, any of eleven with at most
    .014: with other seeds the test would fail that often by luck; the seed is fixed. One covered in a tenth of the worlds
    passes with a chance of .016.
    """
    assert binom.cdf(2, WORLDS, 0.9) < 0.0013
    figures = summary([recover((SEED, number)) for number in range(WORLDS)], SEED)
    held = {name: one["held"] for name, one in figures["parameters"].items()}
    assert set(held) == set(PRIOR)
    assert min(held.values()) >= 3, held
    assert figures["overall"]["coverage"] > 0.7, held


def test_the_prior_lies_inside_the_published_ranges_and_holds_the_flagship() -> None:
    values = np.array([list(draw_truth(1, number)[0].values()) for number in range(400)])
    for (name, (_, low, high)), drawn in zip(PRIOR.items(), values.T, strict=True):
        assert low <= drawn.min() < drawn.max() <= high
        if name in PARAMETERS:
            one = PARAMETERS[name]
            assert one.low <= low < one.default < high <= one.high, name
    assert draw_truth(1, 7) == draw_truth(1, 7) != draw_truth(2, 7)
    assert {draw_truth(1, number)[1] for number in range(40)} == set(SIZES)


def test_coverage_has_its_exact_interval() -> None:
    one = of_parameter([cell(0.0, value) for value in (0.0, 1.0, 3.0, -2.0)])
    assert one is not None
    assert (one["held"], one["below"], one["above"]) == (2, 1, 1)
    assert one["bias"] == pytest.approx(0.5)
    assert (one["low"], one["high"]) == (pytest.approx(0.0676, abs=1e-4), pytest.approx(0.9324, abs=1e-4))
    assert of_parameter([]) is None
    assert mean_of(np.array([1.0, 0.5]))["error"] == pytest.approx(0.25)


def test_worlds_that_are_there_are_not_lived_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lived: list[int] = []
    monkeypatch.setattr("benchmarks.recovery_world.recover", lambda task: lived.append(task[1]) or fake(task))
    words = ["--workers", "1", "--out", str(tmp_path)]
    assert recovery.main([*words, "--worlds", "2"]) == 0
    file = tmp_path / "worlds.jsonl"
    file.write_text(file.read_text() + '{"number": 2, "cut')  # as when the machine went off
    assert recovery.main([*words, "--worlds", "4"]) == 0
    assert lived == [0, 1, 2, 3]
    assert recovery.main([*words, "--worlds", "4"]) == 0
    assert recovery.main([*words, "--worlds", "1", "--seed", "9"]) == 0
    assert lived == [0, 1, 2, 3, 0]


def test_figures_are_written_and_the_page_made_of_them(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr("benchmarks.recovery_world.recover", fake)
    words = ["--worlds", "3", "--workers", "1", "--out", str(tmp_path), "--page", str(tmp_path / "page.md")]
    assert recovery.main(words) == 0
    figures = json.loads((tmp_path / "page.json").read_text())
    assert figures == json.loads((tmp_path / "figures.json").read_text())
    assert figures["overall"]["coverage"] == 1.0
    assert table(figures) in capsys.readouterr().out
    assert (tmp_path / "page.md").read_text() == page(figures)
    assert "`loss` by +5.0 points, no more than luck may explain" in page(figures)
    with pytest.raises(SystemExit):
        recovery.main(["--worlds", "0"])


def test_the_page_is_of_its_figures(root: Path) -> None:
    figures = json.loads((root / "docs" / "calibration" / "recovery.json").read_text(encoding="utf-8"))
    assert page(figures) == (root / "docs" / "calibration" / "recovery.md").read_text(encoding="utf-8")
    assert figures["worlds"] >= 200
