"""How far pilots flatter: known ratios, and intervals that cover."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from analysis.panel import AnalysisError
from analysis.piloting import jackknifed, piloting, piloting_data, render_piloting, sentence


@dataclass
class World:
    weeks: tuple[float, float]
    end: tuple[float, float]
    pilots: dict[str, tuple[float, float]]


def worlds(n: int, seed: int, veterans: float = 1.2, noise: float = 0.05) -> list[World]:
    """The roll-out brings 10 % less; pilots drawn by lot the same, veterans so many times what they would have."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(n):
        base, few, old = rng.lognormal(0, 0.2, 3)
        roll, lot, pilot = (1 + noise * rng.normal(0, 1, 3)) * (0.9, 0.9, veterans)
        found.append(
            World(
                (base, base * roll),
                (9 * base, 8 * base),
                {"random": (few, few * lot), "veterans": (old, old * pilot)},
            )
        )
    return found


def test_it_is_the_pilots_change_above_that_of_everybody() -> None:
    found = piloting(worlds(40, 1), 6, 12)
    lot, veterans = found.ways
    assert found.rollout.mean == pytest.approx(-10, abs=2.5)
    assert veterans.pilot.mean == pytest.approx(20, abs=2.5)
    assert veterans.above.mean == pytest.approx(veterans.pilot.mean - found.rollout.mean)
    assert veterans.above.low < 30 < veterans.above.high
    assert lot.above.low < 0 < lot.above.high
    assert sentence(found, "lockdown").startswith(
        "A pilot of 'lockdown' for 6 weeks with 12 reps by the longest serving flatters the roll-out by "
    )
    assert "drawn by lot come nearest" in sentence(found, "lockdown")
    calm = piloting(worlds(40, 2, veterans=0.9), 6, 12)
    assert "does not clearly flatter" in sentence(calm, "lockdown")


def test_pilots_can_make_the_roll_out_look_worse() -> None:
    bad = [
        World(w.weeks, w.end, {"veterans": (*w.pilots["random"][:1], 0.5 * w.pilots["random"][0])})
        for w in worlds(9, 6)
    ]
    assert "makes the roll-out look worse than it is, whoever pilots: by 4" in sentence(
        piloting(bad, 6, 12), "lockdown"
    )


def test_intervals_cover() -> None:
    """2,000 experiments of 20 worlds: 95 %, within three standard errors of half a point and what few worlds lose."""
    hits = 0
    for seed in range(2000):
        above = piloting(worlds(20, seed), 6, 12).ways[1].above
        hits += above.low <= 30 <= above.high
    assert 0.93 <= hits / 2000 <= 0.97


def test_the_jackknife_of_a_mean_is_its_t_interval() -> None:
    values = np.random.default_rng(3).normal(5, 2, 15)
    found = jackknifed(lambda keep: float(values[keep].mean()), 15)
    half = 2.1448 * values.std(ddof=1) / 15**0.5
    assert (found.mean, found.low) == (
        pytest.approx(values.mean()),
        pytest.approx(values.mean() - half, abs=1e-3),
    )


def test_too_few_worlds() -> None:
    with pytest.raises(AnalysisError, match="2 worlds are too few"):
        piloting(worlds(2, 4), 6, 12)


def test_it_is_told_and_given_as_data() -> None:
    found = piloting(worlds(5, 5), 6, 12)
    assert len(render_piloting(found, "p")) == 3
    assert [one["who"] for one in piloting_data(found, "p")["pilots"]] == ["random", "veterans"]


def test_worlds_of_one_draw_are_one_observation() -> None:
    pairs = [world for world in worlds(10, 7) for _ in range(2)]  # each draw's worlds are the same
    alone, together = piloting(worlds(10, 7), 6, 12), piloting(pairs, 6, 12, worlds_a_draw=2)
    assert together.ways[1].above.low == pytest.approx(alone.ways[1].above.low)
    assert piloting(pairs, 6, 12).ways[1].above.low > together.ways[1].above.low
    with pytest.raises(AnalysisError, match="2 draws are too few"):
        piloting(pairs[:4], 6, 12, worlds_a_draw=2)
