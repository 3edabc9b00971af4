"""The value of perfect information between two policies whose difference over worlds is normal with mean 1 and sd 2."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analysis.value import value_of_knowing, value_of_perfect_information
from tests.patterns.published.printed import Printed

MEAN, SD, VALUE = 1.0, 2.0, 0.39559
WORLDS = 200_000


def sampled(worlds: int = WORLDS) -> tuple[float, float]:
    """The value from paired worlds and its standard error."""
    base, gain = np.random.default_rng(1961).normal((50.0, MEAN), (10.0, SD), (worlds, 2)).T
    found = value_of_knowing(np.stack([base, base + gain]))
    assert found.mean is not None
    assert found.high is not None
    return found.mean, (found.high - found.mean) / 1.96


def checks() -> Iterator[Printed]:
    """In closed form and from paired worlds."""
    model = "Value of perfect information"
    yield Printed(model, "closed form", VALUE, 0.0, 5e-6, value_of_perfect_information(MEAN, SD), 0.0)
    yield Printed(model, f"from {WORLDS:,} paired worlds", VALUE, 0.0, 5e-6, *sampled())
