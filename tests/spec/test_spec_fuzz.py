"""Whatever is in a file, loading it gives a scenario or a `SpecError` with located problems, and soon."""

from __future__ import annotations

import time
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from simulation.levers import LEVERS
from simulation.spec import SpecError, check_files, load_scenario

MINIMAL = (Path(__file__).parent / "data" / "minimal.yaml").read_bytes()
QUICK = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def outcome(folder: Path, raw: bytes, *overrides: str) -> None:
    path = folder / "fuzz.yaml"
    path.write_bytes(raw)
    started = time.process_time()
    try:
        load_scenario(path, overrides)
    except SpecError as error:
        lines = raw.count(b"\n") + raw.count(b"\r") + 1
        for problem in error.problems:
            assert problem.message
            assert problem.column >= 1
            assert 1 <= problem.line <= (lines if problem.file == str(path) else max(1, len(overrides))), (
                problem
            )
            assert "\n" not in str(problem)
    check_files([path])
    assert time.process_time() - started < 2
    assert [entry.name for entry in folder.iterdir()] == ["fuzz.yaml"]


@given(st.binary(max_size=400))
@QUICK
def test_bytes(tmp_path: Path, raw: bytes) -> None:
    outcome(tmp_path, raw)


@given(st.text(alphabet="abc01 \t\n\r:-?[]{},&*!|>'\"%@`#<~.=：，“\u00a0\ufeff\u2028é锁", max_size=120))
@example("? - : [")
@example("a: |2-\n\tx")
@example('"\\x')
@QUICK
def test_yaml_signs(tmp_path: Path, text: str) -> None:
    outcome(tmp_path, text.encode("utf-8"))
    outcome(tmp_path, MINIMAL + text.encode("utf-8"))


@given(st.data())
@QUICK
def test_damaged_files(tmp_path: Path, data: st.DataObject) -> None:
    raw = bytearray(MINIMAL)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(raw)))
        end = min(len(raw), start + data.draw(st.integers(0, 12)))
        raw[start:end] = data.draw(
            st.binary(max_size=6)
            | st.sampled_from(
                [
                    b"\t",
                    b"  ",
                    b"\n",
                    b": ",
                    b"- ",
                    "：".encode(),
                    b"[",
                    b"}",
                    b"&a ",
                    b"*a",
                    b"null",
                    b"-1",
                    b"1e400",
                    b".inf",
                    b"'",
                ]
            )
        )
    outcome(tmp_path, bytes(raw))


scalars = st.sampled_from(
    [
        "null",
        "true",
        "-1",
        "0",
        "1.5",
        "99999999999999999999",
        "1e308",
        "no",
        "'x'",
        "open",
        "{}",
        "[]",
        "~",
        "lockdown",
        "policies/x.yaml",
        "a#b",
        "x.yaml#",
        "''",
        "[open]",
        "{open: 1}",
    ]
)
keys = st.sampled_from(
    [
        "name",
        "weeks",
        "start_week",
        "world",
        "segments",
        "policies",
        "open",
        "inherits",
        "include",
        "reps",
        "parameters",
        "selling_share",
        "share",
        "mode",
        "teams",
        "baseline",
        "description",
        "0",
        *LEVERS,
    ]
)
trees = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(keys, inner, max_size=5).map(
            lambda d: "{" + ", ".join(f"{k}: {v}" for k, v in d.items()) + "}"
        )
    ),
    max_leaves=25,
)


@given(st.dictionaries(keys, trees, max_size=6))
@QUICK
def test_wrong_structures(tmp_path: Path, tree: dict[str, str]) -> None:
    outcome(tmp_path, "\n".join(f"{key}: {value}" for key, value in tree.items()).encode())


@given(
    st.lists(
        st.tuples(
            st.lists(keys | st.text(max_size=3), min_size=1, max_size=5).map(".".join),
            trees | st.text(max_size=8),
        ),
        max_size=4,
    )
)
@QUICK
def test_overrides(tmp_path: Path, changes: list[tuple[str, str]]) -> None:
    outcome(tmp_path, MINIMAL, *(f"{path}={value}" for path, value in changes))
