"""Files that cannot be read as YAML the way we read it: one clear message, at the exact place."""

from __future__ import annotations

import os
import time

import pytest
import yaml

from simulation.spec import SpecError, yaml_reader
from simulation.spec.characters import decode
from simulation.spec.scalars import number_hint, read_scalar
from simulation.spec.yaml_reader import read_file, read_mapping, read_text

LAUGHS = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"

CASES = {
    # what: (text, line:column, core of the message, core of the hint)
    "tab": ("a: 1\nb:\n\tc: 2\n", "3:1", "a tab in the indentation", "spaces"),
    "tab after spaces": ("a:\n  b: 1\n  \tc: 2\n", "3:3", "a tab in the indentation", "spaces"),
    "tab first": ("\ta: 1\n", "1:1", "a tab in the indentation", "spaces"),
    "full-width colon": ("name: x\nweeks：104\n", "2:6", "full-width colon", "half-width"),
    "full-width colon, first line": ("weeks：104\n", "1:6", "full-width colon", "half-width"),
    "full-width colon swallowed": ("name: x\n  weeks：104\n", "2:8", "full-width colon", "half-width"),
    "full-width colon in list": ("a:\n  - name：Retail\n", "2:9", "full-width colon", "half-width"),
    "full-width colon in brackets": ("a: {teams：4}\n", "1:10", "full-width colon", "half-width"),
    "full-width comma": ("a: [x， y]\n", "1:6", "full-width '，'", "half-width"),
    "full-width colon in key": ("weeks： 3: 4\n", "1:6", "full-width colon", "half-width"),
    "curly quotes": ("a: “x”\n", "1:4", "typographic quotation mark", "straight"),
    "no-break space indent": ("a: 1\n\u00a0b: 2\n", "2:1", "U+00A0", "half-width"),
    "no-break space after colon": ("a: 1\nb:\u00a02\n", "2:3", "U+00A0", "half-width"),
    "wide space indent": ("a:\n\u3000b: 2\n", "2:1", "U+3000", "half-width"),
    "duplicate key": (
        "a: 1\nb:\n  c: 1\n  'c': 2\n",
        "4:3",
        "the key 'c' is given twice; first at line 3, column 3",
        "keep one",
    ),
    "anchor": ("a: &x 1\n", "1:4", "the anchor '&x' is not supported", "inherits"),
    "alias": ("a: 1\nb: *x\n", "2:4", "the alias '*x' is not supported", "inherits"),
    "exploding aliases": (LAUGHS, "1:4", "the anchor '&a' is not supported", "inherits"),
    "merge key": ("a:\n  <<: {b: 1}\n", "2:3", "merge keys '<<' are not supported", "inherits"),
    "python tag": ("a: !!python/object/apply:os.system [x]\n", "1:4", "the tag", "remove it"),
    "own tag": ("a: !thing x\n", "1:4", "the tag '!thing'", "remove it"),
    "directive": ("%YAML 1.1\n---\na: 1\n", "1:1", "directives are not supported", "remove"),
    "two documents": ("a: 1\n---\nb: 2\n", "2:1", "a second YAML document", "one file"),
    "empty": ("", "1:1", "the file is empty", ""),
    "only a comment": ("# nothing\n", "1:1", "the file is empty", ""),
    "list at the top": ("- a\n", "1:1", "expected lines of 'key: value', found a list", ""),
    "text at the top": ("hello\n", "1:1", "expected lines of 'key: value', found 'hello'", ""),
    "NaN": ("a: .nan\n", "1:4", ".nan is not a number that can be used", "finite"),
    "infinity": ("a: -.inf\n", "1:4", "-.inf is not a number", "finite"),
    "overflow": ("a: 1e999\n", "1:4", "the number 1e999 is too large", "finite"),
    "a million digits": (f"a: {'9' * 900_000}\n", "1:4", "a number of 900000 characters is too long", ""),
    "deep list": ("a: " + "[" * 100_000, "1:35", "nested more than 32 levels deep", ""),
    "deep group": ("{a: " * 100_000, "1:129", "nested more than 32 levels deep", ""),
    "deep dashes": ("- " * 100_000 + "x", "1:65", "nested more than 32 levels deep", ""),
    "too many values": ("a: [" + "1, " * 60_000 + "1]", "1:149993", "more than 50000 values", ""),
    "list as key": ("? [a]\n: b\n", "1:3", "a key must be a short name on one line", ""),
    "group as key": ("? {a: b}\n: b\n", "1:3", "a key must be a short name on one line", ""),
    "empty key": ('"": b\n', "1:1", "a key must be a short name on one line", ""),
    "colon in text": ("a: b: c\n", "1:5", "not valid YAML: mapping values are not allowed", "in quotes"),
    "open bracket": ("a: [1, 2\n", "2:1", "not valid YAML", "a bracket or a comma is missing"),
    "open quote": ("a: 1\nb: 'x\n", "2:4", "not valid YAML", "a quotation mark is missing"),
    "bad escape": ('a: "\\UFFFFFFFF"\n', "1:7", "not valid YAML", "backslash"),
    "surrogate escape": ('a: "\\ud800"\n', "1:7", "not valid YAML", "backslash"),
    "NUL escape": (
        'a: "x\\0"\n',
        "1:4",
        "the text contains an invisible control character, U+0000",
        "remove",
    ),
    "control character": ("a: x\n\x07b: y\n", "2:1", "an invisible control character, U+0007", "remove"),
    "direction override": ("a: x\u202ey\n", "1:5", "an invisible control character, U+202E", "remove"),
    "reserved sign": ("a: @x\n", "1:4", "not valid YAML", "in quotes"),
}


@pytest.mark.parametrize("case", CASES)
def test_located(case: str) -> None:
    text, where, message, hint = CASES[case]
    started = time.process_time()
    with pytest.raises(SpecError) as caught:
        read_mapping(decode(text.encode(), "f.yaml"), "f.yaml")
    assert time.process_time() - started < 2
    first = caught.value.problems[0]
    assert f"{first.line}:{first.column}" == where
    assert message in first.message
    assert hint in first.hint
    assert str(first).startswith(f"f.yaml:{where}: ")
    assert "\n" not in str(first)
    assert len(str(first)) < 400


ENCODINGS = {
    "GBK": ("name: x\nquestion: 锁定行业\n".encode("gbk"), "2:11", "probably in GBK"),
    "GBK, no ASCII near": ("# 说明\na: 1\n".encode("gbk"), "1:4", "probably in GBK"),
    "Latin-1": ("a: 1\nname: café\n".encode("latin-1"), "2:10", "Windows-1252 or Latin-1"),
    "UTF-16 with mark": ("a: 1\n".encode("utf-16"), "1:1", "in UTF-16, not UTF-8"),
    "UTF-16 without mark": ("a: 1\n".encode("utf-16-le"), "1:1", "probably in UTF-16"),
    "UTF-32": ("a: 1\n".encode("utf-32"), "1:1", "in UTF-32, not UTF-8"),
    "NUL": (b"a: 1\nb: x\0y" + b"z" * 20, "2:5", "control character, U+0000"),
    "lone surrogate": ("a: 1\nb: \ud800".encode("utf-8", "surrogatepass"), "2:4", "a lone surrogate"),
    "cut in the middle": ("a: 锁".encode()[:-1], "1:4", "not UTF-8"),
    "mark inside": ("a: 1\nb: \ufeff2".encode(), "2:4", "U+FEFF"),
    "PNG": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\3 \0\0", "1:1", "this is a PNG picture, not a text file"),
    "Office": (b"PK\3\4\x14\0\6\0", "1:1", "an Office document, not a text file"),
    "program": (b"\x7fELF\2\1\1" + bytes(9) + b"\3\0\x3e\0\xe9", "1:1", "this is not a text file"),
    "bytes of any kind": (bytes(range(256)), "1:1", "this is not a text file"),
    "archive of texts": (b"a.yaml" + bytes(94) + b"weeks: 3\n" + bytes(90), "1:1", "this is not a text file"),
}


@pytest.mark.parametrize("case", ENCODINGS)
def test_encoding(case: str) -> None:
    raw, where, message = ENCODINGS[case]
    with pytest.raises(SpecError) as caught:
        decode(raw, "f.yaml")
    (problem,) = caught.value.problems
    assert f"{problem.line}:{problem.column}" == where
    assert message in problem.message
    assert ("plain text" in problem.hint) == ("not a text file" in problem.message)


def test_byte_order_mark_and_line_ends_are_fine() -> None:
    text = decode(b"\xef\xbb\xbfa: 1\r\nb: [x,\r\n  y]\rc: 2\n", "f")
    assert read_mapping(text, "f").plain() == {"a": 1, "b": ["x", "y"], "c": 2}


def test_several_problems_are_reported_together() -> None:
    with pytest.raises(SpecError) as caught:
        read_text("a: &x 1\nb: .nan\na: 2\nc： d: 1\n", "f")
    assert [(p.line, p.column) for p in caught.value.problems] == [(1, 4), (2, 4), (3, 1), (4, 2)]


def test_chinese_text_is_ordinary_text() -> None:
    text = "描述: 锁定：先行业，后地区（试点）\nb: |\n  weeks：5\n  \tx\nc: 'weeks：5'\n# weeks：5\n"
    assert read_mapping(text, "f").plain() == {
        "描述": "锁定：先行业，后地区（试点）",
        "b": "weeks：5\n\tx\n",
        "c": "weeks：5",
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("False", False),
        ("0", 0),
        ("-12", -12),
        ("+3", 3),
        ("1e3", 1000.0),
        ("1.5", 1.5),
        (".5", 0.5),
        ("2.", 2.0),
        ("-0.0", 0.0),
        ("1E-3", 0.001),
        *(
            (word, word)
            for word in (
                "no",
                "yes",
                "on",
                "off",
                "y",
                "12:30:45",
                "0777",
                "1_000",
                "0o17",
                "0x1f",
                "1,5",
                "nan",
                "inf",
                "2024-01-01",
                "１０",
                "--1",
                "1e",
                "=",
                "<",
            )
        ),
    ],
)
def test_plain_scalars(text: str, value: object) -> None:
    read = read_scalar(text)
    assert read == value
    assert type(read) is type(value)
    assert str(read) != "-0.0"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("1_000", "write 1000"),
        ("0777", "write 777"),
        ("１０４", "write 104"),
        ("104", "without quotation marks"),
        ("10 %", "as 0.1"),
        ("no", "write false"),
        ("On", "write true"),
        ("12:30:45", "time of day"),
        ("NaN", "finite"),
        ("−5", "write -5"),
        ("1,000", "write 1000"),
        ("soon", ""),
    ],
)
def test_hints_for_numbers_written_as_text(text: str, hint: str) -> None:
    assert hint in number_hint(text)
    assert bool(number_hint(text)) == bool(hint)


def test_marks_point_at_keys_and_values() -> None:
    root = read_mapping("a: 1\nb:\n  c: [x, 锁, y]\n  - d\n".replace("  - d\n", ""), "f")
    assert isinstance(root.value, dict)
    inner = root.value["b"].value
    assert isinstance(inner, dict)
    items = inner["c"].value
    assert isinstance(items, list)
    assert [(n.mark.line, n.mark.column) for n in items] == [(3, 7), (3, 10), (3, 13)]
    assert inner["c"].key is not None
    assert (inner["c"].key.line, inner["c"].key.column) == (3, 3)


def test_files_that_are_not_there(tmp_path) -> None:
    (tmp_path / "focus.yaml").write_text("a: 1")
    for name, message, hint in [
        ("fokus.yaml", "there is no such file", "did you mean 'focus.yaml'?"),
        (".", "this is a folder", ""),
        ("no/such.yaml", "there is no such file", "its folder does not exist"),
        ("a\0b", "the name is not valid", ""),
    ]:
        with pytest.raises(SpecError) as caught:
            read_file(tmp_path / name)
        (problem,) = caught.value.problems
        assert (problem.line, problem.column) == (1, 1)
        assert message in problem.message
        assert hint in problem.hint


def test_too_large_and_special_files(tmp_path) -> None:
    (tmp_path / "big.yaml").write_bytes(b"#" * 1_000_001)
    with pytest.raises(SpecError, match="larger than 1 MB"):
        read_file(tmp_path / "big.yaml")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.yaml")
        with pytest.raises(SpecError, match="not an ordinary file"):
            read_file(tmp_path / "pipe.yaml")


@pytest.mark.parametrize(
    "case", [name for name in CASES if name not in ("a million digits", "too many values")]
)
def test_the_python_parser_is_as_safe(case: str, monkeypatch) -> None:
    """PyYAML without its C library words some errors differently; it must not let anything through."""
    monkeypatch.setattr(yaml_reader, "_LOADER", yaml.SafeLoader)
    with pytest.raises(SpecError):
        read_mapping(CASES[case][0], "f")
    assert read_mapping("a: [1, {b: x}]\n", "f").plain() == {"a": [1, {"b": "x"}]}


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 900_000,
        "\t\n" * 400_000,
        " " * 900_000 + "x",
        "a：" * 300_000,
        "a：\n" * 200_000,
        "a" * 900_000,
        "%TAG !a! x\n" * 80_000,
        "'" * 900_000,
        "? " * 400_000,
        "a: 1\n" * 180_000,
        "{" * 3 + "," * 900_000,
        "&a " * 300_000,
        "a: |\n" + " x：1\n" * 100_000 + "\tb: 1",
        "- x：1\n" * 20_000,
        "\u00a0" * 400_000,
        "# x：\n" * 100_000 + "\t",
    ],
    ids=lambda text: repr(text[:6]),
)
def test_no_text_takes_long(text: str) -> None:
    started = time.process_time()
    with pytest.raises(SpecError):
        read_mapping(text, "f")
    assert time.process_time() - started < 2
