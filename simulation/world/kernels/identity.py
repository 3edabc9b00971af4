"""Who a draw belongs to: identities of customers and persons as 32-bit words."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiled import inlined
from simulation.world.columns import SEGMENT_SHIFT

U32 = np.uint32


@inlined
def customer_word(segment: Any, row: Any, first: Any) -> Any:
    """Identity of the customer in `row`: its segment and its place there."""
    return U32((U32(segment) << U32(SEGMENT_SHIFT)) | U32(row - first[segment]))


@inlined
def person_word(seat: Any, person: Any) -> Any:
    """Identity of the `person`-th person in `seat`."""
    return U32((U32(person) << U32(16)) | U32(seat))


def person_words(person: Any) -> Any:
    """Identities of the persons now in all seats, (seats,) uint32."""
    return ((person.astype(np.int64) << 16) | np.arange(len(person))).astype(U32)
