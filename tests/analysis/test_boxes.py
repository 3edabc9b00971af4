"""The box that is chosen and how it is judged, on boxes that are known, and on noise."""

from __future__ import annotations

import numpy as np
import pytest
from known_boxes import axes, hits_in_a_box

from analysis.boxes import Box, choose, find_box, held_back
from analysis.conditions import Column, Limit, inside, name_in_words, words


def test_a_known_box_is_found_with_its_density() -> None:
    off, covered = [], 0
    for seed in range(12):
        columns = axes(256, seed)
        box = find_box(columns, hits_in_a_box(columns, seed, 0.9, 0.1))
        assert isinstance(box, Box)
        assert set(box.limits) >= {0, 2}
        assert box.usual
        fresh = axes(20_000, 1000 + seed)
        true = float(hits_in_a_box(fresh, 1000 + seed, 0.9, 0.1)[inside(fresh, box.limits)].mean())
        off.append(box.density.mean - true)
        covered += box.density.low < true < box.density.high
    error = float(np.std(off, ddof=1)) / np.sqrt(12)
    assert abs(np.mean(off)) < 3 * error + 0.01
    assert covered >= 10  # 95 % of 12: fewer in 1 of 50 tries


def test_in_noise_nothing_is_found() -> None:
    found = 0
    for seed in range(40):
        columns = axes(96, seed)
        found += isinstance(find_box(columns, np.random.default_rng([seed, 2]).random(96) < 0.3), Box)
    assert found <= 3  # at 3 samples of 800 hardly ever; at one of 20 more would come up in one try of seven


def test_what_is_seen_in_a_chosen_box_flatters_and_is_corrected() -> None:
    seen, told = [], []
    for seed in range(20):
        columns = axes(96, seed)
        hits = np.random.default_rng([seed, 2]).random(96) < 0.3
        limits = choose(columns, hits, usual=False)
        if limits:
            seen.append(hits[inside(columns, limits)].mean() - 0.3)
            told.append(seen[-1] - held_back(columns, hits, usual=False)[1])
    assert np.mean(seen) > 0.1  # of noise: .3 is true everywhere
    assert abs(np.mean(told)) < 3 * np.std(told, ddof=1) / np.sqrt(len(told))


def test_idle_axes_stay_out_of_the_box() -> None:
    idle = 0
    for seed in range(10):
        columns = axes(256, seed)
        limits = choose(columns, hits_in_a_box(columns, seed, 0.9, 0.1), usual=True)
        assert limits is not None
        idle += sum(columns[place].name.startswith("idle") for place in limits)
    assert idle <= 3  # of 30


def test_where_it_never_is_usual_it_is_more_frequent() -> None:
    columns = axes(600, 5)
    box = find_box(columns, hits_in_a_box(columns, 5, 0.4, 0.05))
    assert isinstance(box, Box)
    assert not box.usual
    assert set(box.limits) == {0, 2}
    assert box.density.low < 0.4 < box.density.high


@pytest.mark.parametrize(
    ("cases", "hits", "why"),
    [(30, 15, "30 cases are too few"), (100, 4, "too few to tell"), (100, 97, "too many to tell")],
)
def test_too_little_is_said_in_words(cases, hits, why) -> None:
    assert why in find_box(axes(cases, 1), np.arange(cases) < hits)


def test_words_name_limits_values_and_units() -> None:
    values = np.linspace(0, 1, 50)
    whole = Column("world.customers", "accounts", np.arange(2000.0, 2050.0))
    columns = [
        Column("overlap", "share", values), whole,
        Column("policies.lockdown.territory.teams", "teams", np.tile([2.0, 4, 6, 8, 2], 10)),
        Column("kind", "", np.tile([0.0, 1], 25), ("soft", "hard")), Column("ramp", "weeks", values),
    ]  # fmt: skip
    assert words(columns, {0: Limit(high=0.2)}) == "overlap below 0.2"
    assert words(columns, {1: Limit(high=2009.5)}) == "customers at most 2,009 accounts"
    assert words(columns, {2: Limit(high=5.0)}) == "teams of lockdown 2 or 4 teams"
    assert (
        words(columns, {3: Limit(kept=(1,)), 4: Limit(0.25, 0.75)})
        == "kind hard and ramp from 0.25 to 0.75 weeks"
    )
    assert name_in_words("segments.retail.drift") == "drift of retail"
