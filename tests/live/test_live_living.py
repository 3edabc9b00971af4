"""What a tab lives is what the commands live: the same worlds, the same figures, whatever was kept from before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from live.serving import TINY

from analysis.paired import paired_difference
from app.live import draft, living
from app.live.living import TOTALS, Order, live
from app.live.shelf import Shelf
from simulation.runs.replicate import replicate


@pytest.fixture(scope="module")
def tiny() -> draft.Draft:
    return draft.opened("tiny.yaml", TINY)


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    for shelf in (living._bases, living._lives, living._figures_known):
        shelf.clear()


def test_figures_are_those_of_the_command(tiny: draft.Draft) -> None:
    pair = (tiny.left, tiny.right)
    found = live(Order(tiny.scenario, pair, 4))
    finals = [[record.final for record in replicate(tiny.scenario, n, list(pair))] for n in range(4)]
    for side in (0, 1):
        assert found["lives"][side]["totals"] == {name: finals[0][side][name] for name in TOTALS}
    for name in TOTALS:
        left, right = (np.array([world[side][name] for world in finals]) for side in (0, 1))
        effect = paired_difference(right, left, 1).effect
        total = found["spread"]["totals"][name]
        assert (total["difference"], total["low"], total["high"]) == pytest.approx(
            (effect.mean, effect.low, effect.high)
        )


def test_frames_begin_where_policies_part_and_count_what_moves(tiny: draft.Draft) -> None:
    left, right = live(Order(tiny.scenario, (tiny.left, tiny.right), 1))["lives"]
    assert len(right["morale"]) == tiny.scenario.weeks - tiny.scenario.start_week + 1
    assert left["morale"][0] == right["morale"][0]
    assert right["moved"][0] == 0
    assert sum(right["moved"]) > sum(left["moved"])  # a lockdown hands accounts over
    for frame, flows in enumerate(right["flows"]):
        assert sum(n for _, _, n in flows) <= right["moved"][frame]
        assert all(giver != taker for giver, taker, _ in flows)
    assert {group for frame in right["group"][1:] for group in frame} == {
        0,
        1,
        4,
    }  # two teams, and the others


def test_an_edited_policy_in_a_world_that_was_lived_before(tiny: draft.Draft) -> None:
    live(Order(tiny.scenario, (tiny.left, tiny.right), 2))
    changed = tiny.with_lever("territory/teams", 1)
    order = Order(changed.whole(), (changed.left, changed.shown), 2)
    kept = live(order)
    assert len(living._bases) == 2  # no world was lived again
    _clear()
    assert live(order) == kept


def test_another_world_is_lived_anew(tiny: draft.Draft) -> None:
    before = live(Order(tiny.scenario, (tiny.left, tiny.left), 1))["lives"][0]["totals"]
    other = replace(tiny, world={"world/customers": 300}).whole()
    assert live(Order(other, (tiny.left, tiny.left), 1))["lives"][0]["totals"] != before


def test_what_is_kept_is_bounded(tiny: draft.Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(living, "_bases", Shelf(2))
    live(Order(tiny.scenario, (tiny.left, tiny.right), 4))
    assert len(living._bases) == 2


def _clear() -> None:
    for shelf in (living._bases, living._lives, living._figures_known):
        shelf.clear()
