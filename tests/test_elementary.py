"""Accuracy over dense grids, the ends of the range, the same bits for other CPUs and uncompiled."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest
from scipy import special

from simulation import elementary
from simulation.compiled import kernel

F32 = np.float32
TINY = 2.0**-126
ROOT = Path(__file__).resolve().parents[1]
compiled_only = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="needs compiled code")
STEP = 4001 if not numba.config.DISABLE_JIT else 4_000_037


def floats(low: float, high: float, step: int = STEP) -> np.ndarray:
    """Every `step`-th float32 from low to high (both positive), and high itself."""
    first, last = np.array([low, high], F32).view(np.int32)
    return np.append(np.arange(first, last, step, dtype=np.int32), last).view(F32)


def ulps(got: np.ndarray, exact: np.ndarray) -> float:
    spacing = np.spacing(np.abs(exact).astype(F32)).astype(float)
    return float(np.max(np.abs(got.astype(float) - exact) / spacing))


def test_exp_is_within_the_stated_error() -> None:
    x = np.concatenate([-floats(1e-10, 87.336543), floats(1e-10, 88.722832), [F32(0)]])
    assert ulps(elementary.exp_array(x), np.exp(x.astype(float))) < 1.1


def test_log_is_within_the_stated_error() -> None:
    x = np.concatenate([floats(TINY, 3.4028234e38), floats(0.5, 2.0, max(STEP // 40, 1))])
    assert ulps(elementary.log_array(x), np.log(x.astype(float))) < 1.1


def test_logistic_is_within_the_stated_error_in_both_tails() -> None:
    x = np.concatenate([-floats(1e-10, 87.3), floats(1e-10, 120.0)])
    assert ulps(elementary.logistic_array(x), special.expit(x.astype(float))) < 2.5


def test_normal_quantile_is_within_the_stated_error() -> None:
    p = np.concatenate([floats(TINY, 0.5), floats(0.4, 1 - 2.0**-24, max(STEP // 40, 1))])
    exact = special.ndtri(p.astype(float))
    error = np.abs(elementary.normal_quantile_array(p).astype(float) - exact)
    assert np.max(error / np.maximum(np.abs(exact), 1e-30)) < 5e-7


def test_power_is_within_the_stated_error() -> None:
    generator = np.random.default_rng(1)
    x = np.exp(generator.uniform(-20, 20, 200_000)).astype(F32)
    a = generator.uniform(-4, 4, x.size).astype(F32)
    exact = x.astype(float) ** a.astype(float)
    bound = 1.3e-7 * (1 + np.abs(a * np.log(x.astype(float))))
    assert np.all(np.abs(elementary.power_array(x, a) / exact - 1) < bound)


@pytest.mark.parametrize(
    ("function", "x", "expected"),
    [
        ("exp", [0, -0.0, 1e-40, 88.72284, 1e300, np.inf, -87.33655, -1e300, -np.inf, np.nan],
         [1, 1, 1, np.inf, np.inf, np.inf, 0, 0, 0, np.nan]),
        ("log", [1, 0, -0.0, 1e-40, -1e-40, np.inf, -1, -np.inf, np.nan],
         [0, -np.inf, -np.inf, -np.inf, -np.inf, np.inf, np.nan, np.nan, np.nan]),
        ("logistic", [0, 200, np.inf, -200, -np.inf, np.nan], [0.5, 1, 1, 0, 0, np.nan]),
        ("normal_quantile", [0.5, 0, 1, 1e-40, -0.1, 1.1, np.inf, -np.inf, np.nan],
         [0, -np.inf, np.inf, -np.inf, np.nan, np.nan, np.nan, np.nan, np.nan]),
    ],
)  # fmt: skip
def test_ends_of_the_range(function: str, x: list[float], expected: list[float]) -> None:
    got = getattr(elementary, f"{function}_array")(x)
    np.testing.assert_array_equal(got, np.array(expected, F32))
    nan = got[np.isnan(got)]
    assert set(nan.view(np.int32)) <= {0x7FC00000}, "one NaN only"


def test_last_arguments_before_saturation_are_normal_and_finite() -> None:
    edge = np.array([-87.336543, 88.722832], F32)
    low, high = elementary.exp_array(edge)
    assert low >= TINY
    assert np.isfinite(high)
    outside = np.nextafter(edge, np.array([-np.inf, np.inf], F32))
    assert elementary.exp_array(outside).tolist() == [0.0, np.inf]
    assert np.exp(float(outside[0])) < TINY, "saturates no earlier than it must"
    assert np.exp(float(outside[1])) > np.finfo(F32).max


def test_power_at_its_ends() -> None:
    got = elementary.power_array([0, 0, 2, 2, -1, 4, 1], [0.5, -0.5, 200, -200, 2, 0.5, 7])
    np.testing.assert_array_equal(got, np.array([0, np.inf, np.inf, 0, np.nan, 2, 1], F32))


def test_monotone_where_a_reversal_would_show() -> None:
    p = np.sort(np.concatenate([floats(1e-3, 3e-3, 1 if STEP < 5000 else 10_007), floats(TINY, 0.4)]))
    z = elementary.normal_quantile_array(p).astype(float)
    assert np.max((z[:-1] - z[1:]) / -z[1:]) < 1e-6, "across the seam too, reversals stay below the error"


def test_symmetry() -> None:
    p = np.arange(1, 2**12, dtype=F32) / F32(2**13)
    lower, upper = elementary.normal_quantile_array(p), elementary.normal_quantile_array(1 - p)
    np.testing.assert_array_equal(upper, -lower)


def test_shapes_are_kept_and_broadcast() -> None:
    assert elementary.exp_array(1.0).shape == ()
    assert elementary.log_array(np.ones((2, 0))).shape == (2, 0)
    assert elementary.exp_array(np.ones((4, 6))[::2, ::3]).shape == (2, 2)
    assert elementary.power_array(np.ones((3, 1)), [1.0, 2.0]).shape == (3, 2)
    assert elementary.exp_array([1, 2]).dtype == F32


@compiled_only
def test_loops_are_vectorised_without_contraction_or_library_calls() -> None:
    x = np.linspace(0.01, 0.99, 64, dtype=F32)

    @kernel
    def loop(x, out):  # type: ignore[no-untyped-def]
        for i in range(x.size):
            out[i] = elementary.exp(x[i]) + elementary.log(x[i]) + elementary.normal_quantile(x[i])

    loop(x, np.empty_like(x))
    (assembly,) = loop.inspect_asm().values()
    assert not re.search(r"\bv?fn?m(add|sub)", assembly), "fused multiply-add"
    assert not re.search(r"\b(expf?|logf?|sqrtf?|powf?)\b(@|\s*$)", assembly, re.MULTILINE)
    if platform.machine().lower() in ("x86_64", "amd64"):
        assert re.search(r"sqrtps", assembly), "the loop did not vectorise"


FINGERPRINT = """
import hashlib, numpy as np
from simulation import elementary as e
n = 12_000 if {small} else 400_000
x = np.linspace(-100, 100, n // 40, dtype=np.float32)
p = np.geomspace(1e-38, 1, n // 40).astype(np.float32)
parts = [e.exp_array(x), e.log_array(p), e.logistic_array(x), e.normal_quantile_array(p)]
parts.append(e.power_array(p, x / 50))
print(hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest())
"""


def fingerprint(small: bool, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", FINGERPRINT.format(small=small)],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    return done.stdout.strip()


@compiled_only
def test_same_bits_on_a_plain_cpu_and_uncompiled(tmp_path: Path) -> None:
    """`generic` is the oldest CPU of the architecture: on x86-64 narrow vectors, no FMA, other lowering."""
    plain = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "", "SALESPOLICY_CACHE_DIR": str(tmp_path)}
    assert fingerprint(False, **plain) == fingerprint(False)
    assert fingerprint(True, NUMBA_DISABLE_JIT="1") == fingerprint(True)
