"""Wrong input to a benchmark or a pattern ends in one message and the exit code of the command line, not in a traceback."""

from __future__ import annotations

import importlib

import pytest

from benchmarks.plainly import plainly

FLAGSHIP = "scenarios/industry_focus.yaml"
PATTERNS = ("mission_patterns", "p1", "pairs", "peers", "segments", "status_quo", "twins")
COMPARE, SPEED = "benchmarks.reference.compare", "benchmarks.reference.speed"


def end(capsys: pytest.CaptureFixture[str], module: str, *words: str) -> tuple[int, str]:
    try:
        code = importlib.import_module(module).main(list(words))
    except SystemExit as error:
        code = error.code
    said = capsys.readouterr()
    assert said.err
    return code, said.err.splitlines()[-1]


@pytest.mark.parametrize(
    ("module", "words", "code", "message"),
    [
        (COMPARE, ["scenarios/nope.yaml"], 3, "scenarios/nope.yaml:1:1: there is no such file"),
        (COMPARE, [FLAGSHIP, "--set", "world.rops=3"], 3, "--set:7:7: unknown key"),
        (COMPARE, [FLAGSHIP, "--policy", "nope"], 2, "scenario 'industry_focus' has no policy 'nope' ("),
        (COMPARE, [FLAGSHIP, "--close", "nope"], 2, "no gate nope; there are "),
        (SPEED, ["--short", "--policies", "nope"], 2, "scenario 'industry_focus' has no policy 'nope' ("),
        *((f"tests.patterns.{name}", ["world.rops=3"], 3, "--set:") for name in PATTERNS),
        ("tests.patterns.p1", ["worlds=few"], 2, "'worlds=few': expected a whole number"),
        ("tests.patterns.p1", ["worlds"], 2, "'worlds': expected name=value"),
        ("tests.patterns.hot_stove", ["wrlds=3"], 2, "unknown: "),
        ("tests.patterns.search_p2", ["wrlds=3"], 2, "unknown: "),
        ("tests.patterns.write_validation", ["fact"], 2, "no chapter fact; there are facts, "),
    ],
)
def test_wrong_input(
    capsys: pytest.CaptureFixture[str],
    root,
    monkeypatch,
    module: str,
    words: list[str],
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(root)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    found, line = end(capsys, module, *words)
    assert found == code
    assert message in line


def test_other_errors_keep_their_traceback() -> None:
    @plainly
    def main(words: list[str]) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        main([])
