"""Exports of a CRM: the tables of `tests/crm/bad_input.py`, and what they leave out."""

from __future__ import annotations

import os
import shlex

from .threat import Threat

ELSEWHERE = "tests/crm/test_calibrate_bad_input.py"
MERGES = "a: &a {x: 1}\n" + "".join(f"b{n}: &b{n} {{<<: [*a, *a]}}\n" for n in range(40))
"""With a reader that follows them, each line may have twice the entries of the one above."""


def crm() -> list[Threat]:
    """The table."""
    from bad_input import FILES, GOOD, TEXT, THERE, WORDS, table

    found = []
    for name, entry in FILES.items():
        file, content, told = ("deals.csv", *entry) if len(entry) == 2 else entry
        found.append(Threat(name, f"calibrate {file}", told, {file: content}, elsewhere=ELSEWHERE))
    for name, (words, files, told) in WORDS.items():
        typed = shlex.join(["calibrate", "deals.csv", *words])
        found.append(Threat(name, typed, told, {"deals.csv": TEXT, **files}, elsewhere=ELSEWHERE))
    dates = "write dates as 2026-03-01, weeks as 2026-W12, from 1900 to 2199"
    no_sign = "a separator is one ASCII sign, and no letter, digit, space or quotation mark"
    which = "write the sign that the lines use, as sep=; or leave the line out"
    return [
        *found,
        *(Threat(f"the separator {sign}", "calibrate deals.csv", f"deals.csv:1: 'sep={sign}': {no_sign} ({which})",
                 {"deals.csv": f"sep={sign}\n" + TEXT.replace(",", sign)}) for sign in ("€", "，", "x", "0", " ", '"')),
        Threat("a day that its month does not have", "calibrate deals.csv",
               f"deals.csv:4:created: '2026-02-30' is not a date ({dates})",
               {"deals.csv": table(*GOOD, "3,2026-02-30,,open,5")}),
        Threat("a name with a way out of NUL", "calibrate deals.csv --name 'a\0b'",
               r"--name: 'a\x00b' cannot be the name of files (letters, digits, - and _, at most 60 of them: a_b)",
               {"deals.csv": TEXT}),
        Threat("a name that Windows keeps for a device", "calibrate deals.csv --name CON",
               "--name: 'CON' is a reserved device name on Windows (choose another name)", {"deals.csv": TEXT}),
        Threat("a file of 300 characters", f"calibrate {'x' * 300}.csv",
               f"{'x' * 300}.csv: the file cannot be read: File name too long"),
        Threat("a mapping of aliases", "calibrate deals.csv --mapping m.yaml",
               "m.yaml:1:4: anchors, aliases, merges and tags are not supported (write the names out)",
               {"deals.csv": TEXT, "m.yaml": "a: &a [x, x]\nb: &b [*a, *a, *a]\nrep: *b\n"}),
        Threat("a mapping of merges", "calibrate deals.csv --mapping m.yaml",
               "m.yaml:1:4: anchors, aliases, merges and tags are not supported (write the names out)",
               {"deals.csv": TEXT, "m.yaml": MERGES}),
        Threat("a mapping with sixty thousand digits", "calibrate deals.csv --mapping m.yaml",
               f"m.yaml:1:1: no column '{'9' * 57}...' in deals.csv ({THERE})",
               {"deals.csv": TEXT, "m.yaml": "rep: " + "9" * 60_000 + "\n"}),
        Threat("a mapping with a currency of 5,000 letters", "calibrate deals.csv --mapping m.yaml",
               f"m.yaml:1:1: currency_code is three letters, not '{'x' * 57}...' (as EUR)",
               {"deals.csv": TEXT, "m.yaml": "currency_code: " + "x" * 5000 + "\n"}),
        Threat("a mapping with a list for a currency", "calibrate deals.csv --mapping m.yaml",
               "m.yaml:1:1: currency_code is three letters, not a list (as EUR)",
               {"deals.csv": TEXT, "m.yaml": "currency_code: [1]\n"}),
        Threat("a mapping with a list for a decimal sign", "calibrate deals.csv --mapping m.yaml",
               "m.yaml:1:1: decimal is comma or point, not a list", {"deals.csv": TEXT, "m.yaml": "decimal: [comma]\n"}),
        Threat("a mapping above 64 KiB", "calibrate deals.csv --mapping m.yaml",
               "m.yaml: larger than 64 KiB: not a mapping of columns",
               {"deals.csv": TEXT, "m.yaml": "#" * 65_537}),
        *(Threat(f"a column called {word}", "calibrate deals.csv --mapping m.yaml",
                 f"m.yaml:1:1: no column '{word}' in deals.csv ({THERE})", {"deals.csv": TEXT, "m.yaml": f"rep: {word}\n"})
          for word in ("no", "on", "12:30:45", "1e3", "2026-02-30", "017", "null")),
        Threat("a pipe", "calibrate deals.csv", "deals.csv: this is not an ordinary file (name the files themselves)",
               {"deals.csv": os.mkfifo}),
    ]  # fmt: skip
