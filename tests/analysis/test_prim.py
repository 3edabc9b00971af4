"""PRIM against boxes that are known, against published quasi-p-values, and against EMA Workbench where it is there."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from known_boxes import axes, hits_in_a_box

from analysis.conditions import Column, Limit, inside
from analysis.prim import paste, peel, quantile, quasi_p, relaxed

PUBLISHED = Path(os.environ.get("SALESPOLICY_BRYANT_LEMPERT", "bryant-lempert.csv"))
"""Data of Bryant & Lempert (2010), which EMA Workbench ships with its examples (`bryant et al 2010 data.csv`)."""
# (cases, hits, restricted columns) of EMA Workbench 2.5.3, `Prim(x, y, peel_alpha=0.1).find_box().peeling_trajectory`
THEIRS = [
    (882, 89, 0), (792, 89, 1), (710, 89, 2), (638, 89, 2), (573, 89, 3), (513, 89, 3), (458, 89, 3), (412, 89, 3),
    (368, 89, 3), (329, 89, 3), (296, 89, 3), (264, 88, 3), (237, 87, 3), (213, 86, 3), (191, 85, 4), (170, 82, 4),
    (152, 81, 4), (136, 78, 4), (121, 75, 4), (108, 74, 4), (97, 71, 4), (87, 67, 4), (78, 65, 4), (70, 61, 4),
    (63, 57, 4), (56, 52, 5), (50, 48, 6), (45, 45, 6),
]  # fmt: skip
BOX_21 = {
    "Total biomass": ("high", 755.8, 4.7e-6), "Demand elasticity": ("low", -0.422, 1.18493e-16),
    "Biomass backstop price": ("low", 150.05, 3.515113e-11), "Cellulosic cost": ("low", 72.65, 0.1574133),
}  # fmt: skip


@pytest.mark.skipif(
    not PUBLISHED.exists(), reason="SALESPOLICY_BRYANT_LEMPERT names no file: the published data"
)
def test_every_step_of_the_published_example_is_that_of_ema_workbench() -> None:
    import pandas as pd

    data = pd.read_csv(PUBLISHED)
    columns = [Column(name, "", data[name].to_numpy(float)) for name in data.columns[2:11]]
    hits = data.iloc[:, 15].to_numpy() > 0
    trajectory = peel(columns, hits, alpha=0.1)
    ours = [
        (int(inside(columns, box).sum()), int(hits[inside(columns, box)].sum()), len(box))
        for box in trajectory
    ]
    assert ours == THEIRS
    box = trajectory[21]  # the one that the paper chooses: three quarters of the hits, at 77 %
    weights = {columns[place].name: (side, p) for (place, side), p in quasi_p(columns, hits, box).items()}
    for place, limit in box.items():
        side, end, p = BOX_21[columns[place].name]
        assert getattr(limit, side) == pytest.approx(end, abs=1e-3)
        assert weights[columns[place].name] == (side, pytest.approx(p, rel=0.01))


def test_each_box_lies_in_the_one_before_and_is_purer() -> None:
    columns = axes(300, 1)
    hits = hits_in_a_box(columns, 1, 0.9, 0.1)
    boxes = [inside(columns, box) for box in peel(columns, hits)]
    assert len(boxes) > 10
    for larger, smaller in pairwise(boxes):
        assert not (smaller & ~larger).any()
        assert smaller.sum() < larger.sum()
        assert hits[smaller].mean() > hits[larger].mean()
    assert boxes[-1].sum() >= 0.05 * 300


def test_a_box_without_chance_is_reached() -> None:
    columns = axes(500, 2)
    hits = hits_in_a_box(columns, 2, 1.0, 0.0)
    pure = next(box for box in peel(columns, hits) if hits[inside(columns, box)].all())
    assert hits[inside(columns, pure)].sum() > 0.8 * hits.sum()
    assert set(pure) == {0, 2}
    assert pure[0].high == pytest.approx(0.4, abs=0.03)
    assert pure[2].kept == (1, 2)


def test_order_and_names_of_cases_and_columns_do_not_matter() -> None:
    columns = axes(200, 3, idle=1)
    hits = hits_in_a_box(columns, 3, 0.8, 0.1)
    order = np.random.default_rng(5).permutation(200)
    turned = [Column("x", "", c.values[order], c.labels) for c in columns[::-1]]
    one = [int(inside(columns, box).sum()) for box in peel(columns, hits)]
    other = [int(inside(turned, box).sum()) for box in peel(turned, hits[order])]
    assert one == other


def test_pasting_gives_back_what_was_peeled_too_much() -> None:
    columns = axes(400, 4)
    hits = hits_in_a_box(columns, 4, 1.0, 0.0)
    tight = {0: Limit(high=0.2), 2: Limit(kept=(1,))}
    wider = paste(columns, hits - 0.5, tight)
    assert wider[2].kept == (1, 2)
    assert wider[0].high == pytest.approx(0.4, abs=0.02)
    assert paste(columns, hits - 0.5, wider) == wider


def test_quasi_p_values_are_binomial_tails() -> None:
    values = np.arange(8.0)
    hits = np.array([1, 1, 1, 0, 0, 0, 0, 1], dtype=bool)
    column = Column("x", "", values)
    found = quasi_p([column], hits, {0: Limit(high=2.5)})
    assert found == {(0, "high"): pytest.approx(0.5**3)}  # three hits of three, where half of all are hits
    both = quasi_p([column], hits, {0: Limit(low=0.5, high=2.5)})
    assert both[0, "low"] == pytest.approx(1.0)  # without the lower end all three are hits too
    assert both[0, "high"] == pytest.approx((3 / 7) ** 2)


def test_relaxed_leaves_one_restriction_out_each_time() -> None:
    box = {0: Limit(0.1, 0.4), 2: Limit(kept=(1,))}
    assert [(place, side) for place, side, _ in relaxed(box)] == [(0, "low"), (0, "high"), (2, "kept")]
    assert [rest for *_, rest in relaxed(box)] == [
        {0: Limit(high=0.4), 2: box[2]}, {0: Limit(low=0.1), 2: box[2]}, {0: box[0]}
    ]  # fmt: skip


@pytest.mark.parametrize(("share", "expected"), [(0.05, 1.5), (0.95, 4.5)])
def test_a_limit_lies_between_different_values(share, expected) -> None:
    assert quantile(np.array([1.0] * 10 + [2.0] * 10 + [4.0] * 10 + [5.0] * 10), share) == expected
    assert quantile(np.full(9, 3.0), share) == 3.0
