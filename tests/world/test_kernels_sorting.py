from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.world.kernels.sorting import FEW, ascending, merged

numbers = st.lists(st.floats(-100, 100).map(lambda x: round(x, 1)), max_size=70)  # so that some are alike


@given(numbers)
def test_few_and_many_are_sorted_alike(values: list[float]) -> None:
    given_values = np.array(values, np.float64)
    before = given_values.copy()
    assert ascending(given_values).tolist() == sorted(values)
    assert merged(given_values).tolist() == sorted(values)
    assert given_values.tolist() == before.tolist()  # a copy


@pytest.mark.parametrize("size", [FEW - 1, FEW, FEW + 1, 1023, 1024, 1025, 5000])
def test_long_ones_are_sorted(size: int) -> None:
    values = np.random.default_rng(size).integers(0, size // 2 + 1, size)
    assert ascending(values.astype(np.float64)).tolist() == sorted(values.tolist())
    words = values.astype(np.uint64) << np.uint64(32)
    assert merged(words).tolist() == sorted(words.tolist())
