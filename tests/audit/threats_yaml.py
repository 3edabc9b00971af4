"""YAML that strangers send: each threat through `validate`, and the exact words it ends in."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from .threat import LONG, MINIMAL, Content, Threat

VALIDATE = "validate f.yaml"
TABLE = "scenario: small\ndesign: table\ntable: t.csv\n"


def threat(name: str, content: Content, told: str) -> Threat:
    """A file called f.yaml, beside a sound scenario called small."""
    return Threat(name, VALIDATE, told, {"f.yaml": content})


def whole(number: str) -> Content:
    """A scenario with this where a whole number belongs."""
    return MINIMAL.replace("weeks: 52", f"weeks: 52\nseed: {number}")


def linked(target: str) -> Callable[[Path], object]:
    """A link in place of a file."""
    return lambda path: path.symlink_to(target)


# fmt: off
YAML = [
    threat("a bomb of brackets", "a: " + "[" * 100_000, "f.yaml:1:35: nested more than 32 levels deep"),
    threat("a bomb of braces", "{a: " * 100_000, "f.yaml:1:129: nested more than 32 levels deep"),
    threat("a bomb of dashes", "- " * 100_000 + "x", "f.yaml:1:65: nested more than 32 levels deep"),
    threat("a bomb of values", "a: [" + "1, " * 60_000 + "1]", "f.yaml:1:149993: the file holds more than 50000 values"),
    threat("a bomb of aliases", "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n",
        "f.yaml:1:4: the anchor '&a' is not supported (policies are reused with 'inherits'; write other values "
        "out)\n"
        "f.yaml:2:4: the anchor '&b' is not supported (policies are reused with 'inherits'; write other values "
        "out)\n"
        "f.yaml:2:8: the alias '*a' is not supported (policies are reused with 'inherits'; write other values "
        "out)\n"
        "f.yaml:2:12: the alias '*a' is not supported (policies are reused with 'inherits'; write other values "
        "out)\n"
        "f.yaml:3:4: the anchor '&c' is not supported (policies are reused with 'inherits'; write other values "
        "out)\n"
        "f.yaml:3:8: the alias '*b' is not supported (policies are reused with 'inherits'; write other values "
        "out)\n"
        "f.yaml:3:12: the alias '*b' is not supported (policies are reused with 'inherits'; write other values "
        "out)"),
    threat("an alias to nothing", "a: *x\n",
        "f.yaml:1:4: the alias '*x' is not supported (policies are reused with 'inherits'; write other values out)"),
    threat("an alias to itself", "a: &a [*a]\n",
        "f.yaml:1:4: the anchor '&a' is not supported (policies are reused with 'inherits'; write other values "
        "out)\n"
        "f.yaml:1:8: the alias '*a' is not supported (policies are reused with 'inherits'; write other values out)"),
    threat("a bomb of merges", "a: &a {x: 1}\nb: {<<: [*a, *a]}\n",
        "f.yaml:1:4: the anchor '&a' is not supported (policies are reused with 'inherits'; write other values "
        "out)\n"
        "f.yaml:2:5: merge keys '<<' are not supported (policies are reused with 'inherits'; write other values "
        "out)\n"
        "f.yaml:2:10: the alias '*a' is not supported (policies are reused with 'inherits'; write other values "
        "out)\n"
        "f.yaml:2:14: the alias '*a' is not supported (policies are reused with 'inherits'; write other values "
        "out)"),
    threat("a merge", "a: {<<: {b: 1}}\n",
        "f.yaml:1:5: merge keys '<<' are not supported (policies are reused with 'inherits'; write other values "
        "out)"),
    threat("Python to run", "a: !!python/object/apply:os.system [touch owned]\n",
        "f.yaml:1:4: the tag 'tag:yaml.org,2002:python/object/apply:os.system' is not supported (remove it; "
        "quote a value that must be text)"),
    threat("Python by name", "a: !!python/name:os.system\n",
        "f.yaml:1:4: the tag 'tag:yaml.org,2002:python/name:os.system' is not supported (remove it; quote a "
        "value that must be text)"),
    threat("a tag of the binary kind", "a: !!binary aGk=\n",
        "f.yaml:1:4: the tag 'tag:yaml.org,2002:binary' is not supported (remove it; quote a value that must be "
        "text)"),
    threat("a directive", "%TAG ! tag:yaml.org,2002:python/\n---\na: !name:os.system\n",
        "f.yaml:1:1: YAML directives are not supported (remove the line)"),
    threat("two documents", "a: 1\n---\na: 2\n",
        "f.yaml:2:1: a second YAML document begins here (one file holds one scenario or policy)"),
    threat("a key twice", MINIMAL.replace("weeks: 52", "weeks: 52\nweeks: 104"),
        "f.yaml:3:1: the key 'weeks' is given twice; first at line 2, column 1 (keep one of the two)"),
    threat("a key twice, once in quotes", MINIMAL.replace("weeks: 52", "weeks: 52\n'weeks': 104"),
        "f.yaml:3:1: the key 'weeks' is given twice; first at line 2, column 1 (keep one of the two)"),
    threat("no for a whole number", whole("no"),
        "f.yaml:3:7: seed must be a whole number, not 'no' (write false; only true and false are logical values)"),
    threat("on for a whole number", whole("on"),
        "f.yaml:3:7: seed must be a whole number, not 'on' (write true; only true and false are logical values)"),
    threat("12:30:45 for a whole number", whole("12:30:45"),
        "f.yaml:3:7: seed must be a whole number, not '12:30:45' (a time of day is text here, not a number)"),
    threat("1e3 for a whole number", whole("1e3"),
        "f.yaml:3:7: seed must be a whole number, not 1000 (luck of the world; the same seed gives the same "
        "results)"),
    threat("0x1F for a whole number", whole("0x1F"),
        "f.yaml:3:7: seed must be a whole number, not '0x1F' (luck of the world; the same seed gives the same "
        "results)"),
    threat("0o17 for a whole number", whole("0o17"),
        "f.yaml:3:7: seed must be a whole number, not '0o17' (luck of the world; the same seed gives the same "
        "results)"),
    threat("1_000 for a whole number", whole("1_000"),
        "f.yaml:3:7: seed must be a whole number, not '1_000' (write 1000: plain digits, no leading zeros, no "
        "separators)"),
    threat("017 for a whole number", whole("017"),
        "f.yaml:3:7: seed must be a whole number, not '017' (write 17: plain digits, no leading zeros, no "
        "separators)"),
    threat("~ for a whole number", whole("~"),
        "f.yaml:3:7: seed must be a whole number, not nothing (luck of the world; the same seed gives the same "
        "results)"),
    threat("true for a whole number", whole("true"),
        "f.yaml:3:7: seed must be a whole number, not true (luck of the world; the same seed gives the same "
        "results)"),
    threat("2026-02-30 for a whole number", whole("2026-02-30"),
        "f.yaml:3:7: seed must be a whole number, not '2026-02-30' (luck of the world; the same seed gives the "
        "same results)"),
    threat("NaN for a whole number", whole("NaN"),
        "f.yaml:3:7: seed must be a whole number, not 'NaN' (every number must be finite)"),
    threat(".nan for a whole number", whole(".nan"),
        "f.yaml:3:7: .nan is not a number that can be used (every number must be finite and of ordinary size)"),
    threat(".inf for a whole number", whole(".inf"),
        "f.yaml:3:7: .inf is not a number that can be used (every number must be finite and of ordinary size)"),
    threat("-.INF for a whole number", whole("-.INF"),
        "f.yaml:3:7: -.INF is not a number that can be used (every number must be finite and of ordinary size)"),
    threat("1e999 for a whole number", whole("1e999"),
        "f.yaml:3:7: the number 1e999 is too large (every number must be finite and of ordinary size)"),
    threat("-1 for a whole number", whole("-1"),
        "f.yaml:3:7: seed must be at least 0, not -1 (luck of the world; the same seed gives the same results)"),
    threat("9223372036854775808 for a whole number", whole("9223372036854775808"),
        "f.yaml:3:7: seed must be at most 9223372036854775807, not 9223372036854775808 (luck of the world; the "
        "same seed gives the same results)"),
    threat("1.0 for a whole number", whole("1.0"),
        "f.yaml:3:7: seed must be a whole number, not 1 (luck of the world; the same seed gives the same results)"),
    threat("a million digits for a whole number", MINIMAL.replace("weeks: 52", "seed: " + "9" * 990_000),
        "f.yaml:2:7: a number of 990000 characters is too long (every number must be finite and of ordinary size)"),
    threat("a million digits for a share", MINIMAL.replace("share: 0.6", "share: 0." + "3" * 990_000),
        "f.yaml:10:14: a number of 990002 characters is too long (every number must be finite and of ordinary "
        "size)"),
    threat("no for a share", MINIMAL.replace("share: 0.6", "share: no"),
        "f.yaml:10:14: share must be a number, not 'no' (write false; only true and false are logical values)"),
    threat("a comma for a point", MINIMAL.replace("share: 0.6", "share: 0,6"),
        "f.yaml:10:14: share must be a number, not '0,6' (write 0.6: a decimal point, not a comma)"),
    threat("true for a name", MINIMAL.replace("name: Retail", "name: true"),
        "f.yaml:9:13: name must be text, not true (put it in quotes)"),
    threat("true for a number of reps", MINIMAL.replace("reps: 12", "reps: true"),
        "f.yaml:5:9: reps must be a whole number, not true (seats for sales reps)"),
    threat("a lone surrogate, escaped", 'question: "\\ud800"\n',
        "f.yaml:1:14: not valid YAML: found invalid Unicode character escape code (in double quotes a backslash "
        "starts an escape; use single quotes)"),
    threat("a lone surrogate, in bytes", b"question: " + b"\xed\xa0\x80\n",
        "f.yaml:1:11: a lone surrogate: this is not valid UTF-8 (save the file as UTF-8)"),
    threat("NUL, escaped", 'question: "x\\0y"\n',
        "f.yaml:1:11: the text contains an invisible control character, U+0000 (remove it)"),
    threat("NUL, in bytes", b"question: x\0y\n", "f.yaml:1:12: an invisible control character, U+0000 (remove it)"),
    threat("a sign that turns text round", "question: x\u202ey\n",
        "f.yaml:1:12: an invisible control character, U+202E (remove it)"),
    threat("a full-width colon", MINIMAL.replace("weeks: 52", "weeks：52"),
        "f.yaml:2:6: a full-width colon '：' where YAML needs ':' (switch the keyboard to half-width)"),
    threat("full-width digits", MINIMAL.replace("weeks: 52", "weeks: ５２"),
        "f.yaml:2:8: weeks must be a whole number, not '５２' (write 52: plain digits, no leading zeros, no "
        "separators)"),
    threat("a full-width comma", "policies: {open: {}， lockdown: {}}\n",
        "f.yaml:1:20: a full-width '，' where YAML needs ASCII punctuation (switch the keyboard to half-width)"),
    threat("typographic quotation marks", MINIMAL.replace("weeks: 52", "weeks: “52”"),
        "f.yaml:2:8: a typographic quotation mark “ where YAML needs \" or ' (use straight quotes and ordinary "
        "spaces)"),
    threat("an indent of no-break spaces", MINIMAL.replace("  reps: 12", "\u00a0\u00a0reps: 12"),
        "f.yaml:5:1: a no-break or wide space (U+00A0) where YAML needs an ordinary space (switch the keyboard "
        "to half-width, or put the name in quotes)"),
    threat("an indent of a wide space", MINIMAL.replace("  reps: 12", "\u3000reps: 12"),
        "f.yaml:5:1: a no-break or wide space (U+3000) where YAML needs an ordinary space (switch the keyboard "
        "to half-width, or put the name in quotes)"),
    threat("an indent of a tab", MINIMAL.replace("  reps: 12", "\treps: 12"),
        "f.yaml:5:1: a tab in the indentation (indent with spaces)"),
    threat("a file above 1 MB", b"#" * 1_000_001, "f.yaml:1:1: the file is larger than 1 MB"),
    threat("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\3",
        "f.yaml:1:1: this is a PNG picture, not a text file (name a YAML file; one from another program is to be "
        "exported as plain text)"),
    threat("UTF-16", MINIMAL.encode("utf-16"), "f.yaml:1:1: the file is in UTF-16, not UTF-8 (save the file as UTF-8)"),
    threat("GB18030", MINIMAL.replace("open or", "锁定").encode("gb18030"),
        "f.yaml:1:32: the file is not UTF-8; it is probably in GBK (GB18030) (save the file as UTF-8)"),
    threat("nothing", b"", "f.yaml:1:1: the file is empty"),
    threat("a folder", Path.mkdir, "f.yaml:1:1: this is a folder, not a file"),
    threat("a pipe", os.mkfifo, "f.yaml:1:1: this is not an ordinary file"),
    threat("a key of 300 characters", "x" * 300 + ": 1\n", "f.yaml:1:1: a key must be a short name on one line"),
    threat("an unknown key that drives the terminal", MINIMAL.replace("weeks: 52", '"week\\e[31ms": 52'),
        "f.yaml:2:1: a key must be a short name on one line"),
    threat("policies of a file outside", MINIMAL + "  more: {inherits: ../other.yaml}\n",
        "f.yaml:26:20: the path '../other.yaml' leads out of the scenario's folder (use a path below the file, "
        "with forward slashes)"),
    threat("policies of an absolute path", MINIMAL + "  more: {inherits: /etc/passwd.yaml}\n",
        "f.yaml:26:20: the path '/etc/passwd.yaml' leads out of the scenario's folder (use a path below the "
        "file, with forward slashes)"),
    Threat("policies through a link", VALIDATE,
        "f.yaml:26:20: the path 'inner/link.yaml' leads out of the scenario's folder through a link (copy the "
        "file)",
        {'f.yaml': MINIMAL + "  more: {inherits: inner/link.yaml}\n", 'inner/link.yaml': linked("/etc/hostname")}),
    threat("policies that inherit in a circle", MINIMAL + "  a: {inherits: b}\n  b: {inherits: a}\n",
        "f.yaml:26:17: the policy inherits from itself through 'b' (break the circle)\n"
        "f.yaml:27:17: the policy inherits from itself through 'a' (break the circle)"),
    threat("draws of a file outside", MINIMAL + "draws: ../../x.csv\n",
        "f.yaml:26:8: '../../x.csv' lies outside the folder of this file (put it there)"),
    threat("a sweep over a table outside", "scenario: small\ndesign: table\ntable: ../x.csv\n",
        "f.yaml:3:8: '../x.csv' lies outside the folder of this file (put it there)"),
    threat("a sweep of a million million points", "scenario: small\ndesign: grid\nvary: {overlap: {steps: 1000}, hot_stove: {low: 0, high: 0.9, steps: 1000}, world.reps: {low: 2, high: 500, steps: 400}}\n",
        "f.yaml:2:9: 400,000,000 points are too many (at most 1,000,000): 1,200,000,000 runs would take 2 years "
        "at 20 a second (fewer values, or a sobol design with as many points as you can wait for)"),
    threat("a sweep with a range of NaN", "scenario: small\npoints: 16\nvary: {overlap: {low: .nan, high: 1}}\n",
        "f.yaml:3:23: .nan is not a number that can be used (every number must be finite and of ordinary size)"),
    threat("a sweep over worlds that are no values", "scenario: small\ndesign: grid\nvary: {world: [{}, {}]}\n",
        "f.yaml:3:8: a value of 'world' must be a number, text, true or false, not a group of keys (as "
        "world.reps: [20, 40])"),
    threat("a sweep over names", "scenario: small\ndesign: grid\nvary: {name: [a, b]}\n",
        "f.yaml:3:8: 'name' cannot vary (the model does not read it)"),
    threat("a sweep over names of segments", "scenario: small\ndesign: grid\nvary: {world.segments.0.name: [a, b]}\n",
        "f.yaml:3:8: 'world.segments.0.name' cannot vary (the model does not read it)"),
    threat("a sweep over descriptions", "scenario: small\ndesign: grid\nvary: {policies.open.description: [a, b]}\n",
        "f.yaml:3:8: 'policies.open.description' cannot vary (the model does not read it)"),
    threat("a sweep over headlines", "scenario: small\ndesign: grid\nvary: {outcome: [new_arr, exits]}\n",
        "f.yaml:3:8: 'outcome' cannot vary (the answer of all points is about the same outcome)"),
    threat("a sweep with a scenario of 300 characters", f"scenario: {LONG}\nvary: {{overlap: }}\n",
        f"f.yaml:1:11: there is no scenario '{LONG[:57]}...' (known: small)"),
    threat("a sweep over a table of 300 characters", f"scenario: small\ndesign: table\ntable: {LONG}.csv\n",
        f"f.yaml:3:8: there is no file '{LONG[:57]}...' (a column for each thing that varies, a row a point)"),
    threat("draws of 300 characters", MINIMAL + f"draws: {LONG}.csv\n",
        f"f.yaml:26:8: there is no file '{LONG[:57]}...' (`calibrate` writes it)"),
    Threat("a cell of 300,000 digits in a sweep's table", VALIDATE,
        "t.csv:3:1: a cell of more than 131,072 characters (every cell holds one value)",
        {"f.yaml": TABLE, "t.csv": "overlap\n0.1\n" + "1" * 300_000 + "\n"}),
    Threat("a quotation mark that is never closed in a sweep's table", VALIDATE,
        "t.csv:2:1: a cell of more than 131,072 characters (a quotation mark may be missing)",
        {"f.yaml": TABLE, "t.csv": 'overlap\n"0.1\n' + "0.5\n" * 50_000}),
    Threat("a draw of 300,000 digits", VALIDATE,
        "d.csv:2:1: a cell of more than 131,072 characters (every cell holds one value)",
        {"f.yaml": MINIMAL + "draws: d.csv\n", "d.csv": "overlap\n" + "1" * 300_000 + "\n"}),
    Threat("two hundred thousand draws", VALIDATE, "d.csv:1002:1: more than 1000 draws (keep 1000 of them)",
        {"f.yaml": MINIMAL + "draws: d.csv\n", "d.csv": "overlap\n" + "0.5\n" * 200_000}),
    threat("a claim about a scenario that is not there", "id: X1\nclaim: x\nscenario: ../../nowhere\npolicy: open\nagainst: lockdown\noutcome: new_arr\ndirection: more\nsmallest: 0\n",
        "f.yaml:3:11: there is no scenario '../../nowhere' (known: small)"),
]
# fmt: on
