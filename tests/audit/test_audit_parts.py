"""The command of the audit says "as promised" of nothing but what was asked and kept its promise."""

from __future__ import annotations

import pytest
from audit import __main__ as command
from audit import parts
from audit.parts import Answer, End, Options, Part


def kept(size: int, options: Options) -> Answer:
    return Answer([f"{size} tried"], End.PROMISED)


def broken(size: int, options: Options) -> Answer:
    return Answer(["1 of 2"], End.OTHERWISE)


def raising(size: int, options: Options) -> Answer:
    raise FileNotFoundError("no\nserver here")


def left_out(size: int, options: Options) -> Answer:
    return kept(size, options) if size else Answer(["not asked: --hours N"], End.NOT_ASKED)


MADE_UP = (
    Part("one", kept, "inputs", 20, 100),
    Part("two", raising),
    Part("three", broken),
    Part("four", left_out, "hours-of-it", 0, 9),
)


def ended(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[int, list[str], list[str]]:
    """Exit code, table, and how each part ended, of these made-up parts."""
    monkeypatch.setattr(parts, "PARTS", MADE_UP)
    code = command.main(words)
    out, err = capsys.readouterr()
    ends = [line.rpartition(", ")[0] for line in err.splitlines() if line.endswith(" s")]
    return code, out.splitlines(), ends


def test_there_are_three_ends_and_a_part_that_fails_stops_no_other(monkeypatch, capsys) -> None:
    code, table, ends = ended(monkeypatch, capsys)
    assert ends == ["one: as promised", "two: OTHERWISE", "three: OTHERWISE", "four: not asked"]
    assert table == [
        "one         20 tried",
        "two         OTHERWISE: FileNotFoundError: no server here",
        "three       1 of 2",
        "four        not asked: --hours N",
    ]
    assert code == 1


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        ("--part one", 0, "one         20 tried"),
        ("--part one --inputs 3", 0, "one         3 tried"),
        ("--part one --part four", 0, "one         20 tried"),
        ("--part four", 1, "four        not asked: --hours N"),
        ("--part four --hours-of-it 2", 0, "four        2 tried"),
        ("--part four --full", 0, "four        9 tried"),
        ("--part three", 1, "three       1 of 2"),
        ("--part two", 1, "two         OTHERWISE: FileNotFoundError: no server here"),
    ],
)
def test_the_exit_code_is_0_only_where_something_was_asked_and_kept(
    monkeypatch, capsys, words: str, code: int, line: str
) -> None:
    found, table, _ = ended(monkeypatch, capsys, *words.split())
    assert (found, table[0]) == (code, line)


@pytest.mark.parametrize("size", ["0", "-1", "few"])
def test_a_size_that_asks_nothing_is_refused(monkeypatch, capsys, size: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        ended(monkeypatch, capsys, "--part", "one", "--inputs", size)
    assert "argument --inputs: " in capsys.readouterr().err


def test_the_real_parts_that_take_hours_are_not_asked_unless_a_size_is_given() -> None:
    options = Options(1, parts.AREAS)
    unasked = [part for part in parts.PARTS if part.size and (not part.usual or part.name == "guided")]
    assert {part.name for part in unasked} == {"guided", "mutation", "coverage"}
    assert {part.ask(0, options).end for part in unasked} == {End.NOT_ASKED}
    assert all(part.full > part.usual for part in parts.PARTS if part.size)


@pytest.mark.parametrize(("code", "end"), [(0, End.PROMISED), (1, End.OTHERWISE)])
def test_a_command_that_fails_is_otherwise(monkeypatch, capsys, code: int, end: End) -> None:
    monkeypatch.setattr(
        parts.subprocess, "run", lambda words, **_: parts.subprocess.CompletedProcess(words, code, "a\nb\n")
    )
    assert parts.kills(1, Options(1, ())) == Answer(["a", "b"], end)


@pytest.mark.parametrize("wrong", ["benchmarks.false_alarms", "benchmarks.coverage", ""])
def test_honesty_is_of_false_alarms_and_of_intervals(monkeypatch, wrong: str) -> None:
    def done(words: list[str], **_: object) -> object:
        return parts.subprocess.CompletedProcess(words, int(words[2] == wrong), f"{words[2]}\n")

    monkeypatch.setattr(parts.subprocess, "run", done)
    end = End.OTHERWISE if wrong else End.PROMISED
    assert parts.honesty(9, Options(1, ())) == Answer(["benchmarks.false_alarms", "benchmarks.coverage"], end)


@pytest.mark.parametrize(
    ("code", "told", "end"),
    [
        (0, "Done 20 runs in 1 second(s)", End.PROMISED),
        (0, "Done 19 runs in 1 second(s)", End.OTHERWISE),
        (0, "", End.OTHERWISE),
        (77, "Done 20 runs in 1 second(s)", End.OTHERWISE),
    ],
)
def test_guided_inputs_count_only_where_all_were_run(monkeypatch, code: int, told: str, end: End) -> None:
    monkeypatch.setattr(parts, "find_spec", lambda name: name)
    monkeypatch.setattr(parts, "TARGETS", ("spec",))
    done = parts.subprocess.CompletedProcess([], code, "", told)
    monkeypatch.setattr(parts.subprocess, "run", lambda *_, **__: done)
    line = "20 inputs, 0 broke the promise" if end is End.PROMISED else "broke the promise"
    assert parts.guided(20, Options(1, ())) == Answer([f"spec: {line}"], end)


def test_guided_inputs_are_not_asked_without_atheris(monkeypatch) -> None:
    monkeypatch.setattr(parts, "find_spec", lambda name: None)
    assert parts.guided(20, Options(1, ())) == Answer(
        ["not asked: needs atheris (extra `audit`)"], End.NOT_ASKED
    )


def test_what_the_supply_part_does_not_ask_is_named(monkeypatch) -> None:
    monkeypatch.setattr(parts.supply, "CHECKS", {"a": list, "b": lambda: ["c"]})
    assert parts.made_of(0, Options(1, ())) == Answer(
        ["sound: a", "WRONG: b", "not asked: python -m tests.audit.supply --advisories FOLDER"],
        End.OTHERWISE,
    )
