"""Draws as arrays: for kernels that need many at once, which vectorise, and for the few places outside kernels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.compiled import inlined, kernel
from simulation.luck import bits, exponential, normal, uniform


@inlined
def floats(n: Any) -> Any:
    """Room for n float32."""
    return np.empty(n, np.float32)


@kernel
def many_bits(k0: Any, k1: Any, ids: Any, subs: Any) -> Any:
    """Both words of `bits` for each (id, sub) under one stream key."""
    a, b = np.empty(len(ids), np.uint32), np.empty(len(ids), np.uint32)
    for j in range(len(ids)):
        a[j], b[j] = bits(k0, k1, ids[j], subs[j])
    return a, b


@kernel
def many_exponentials(words: Any) -> Any:
    """`exponential` of each word."""
    out = np.empty(len(words), np.float32)
    for j in range(len(words)):
        out[j] = exponential(words[j])
    return out


@kernel
def many_normals(words: Any) -> Any:
    """`normal` of each word."""
    out = np.empty(len(words), np.float32)
    for j in range(len(words)):
        out[j] = normal(words[j])
    return out


@kernel
def _fill(k0: Any, k1: Any, out: Any) -> None:
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            word, _ = bits(k0, k1, np.uint32(i), np.uint32(j))
            out[i, j] = uniform(word)


@kernel
def _fill_words(k0: Any, k1: Any, words: Any, out: Any) -> None:
    for i in range(len(words)):
        word, _ = bits(k0, k1, words[i], np.uint32(0))
        out[i] = uniform(word)


def uniforms(k0: np.uint32, k1: np.uint32, rows: int, columns: int) -> NDArray[np.float32]:
    """(rows, columns) uniforms; element (i, j) is the draw of id i, sub j."""
    out = np.empty((rows, columns), np.float32)
    _fill(k0, k1, out)
    return out


def uniforms_of(k0: np.uint32, k1: np.uint32, words: NDArray[np.uint32]) -> NDArray[np.float32]:
    """One uniform per identity word."""
    out = np.empty(len(words), np.float32)
    _fill_words(k0, k1, words, out)
    return out
