"""Pages that execute: their files, their commands, and what these print where the page shows it.

    <!-- file: scenarios/mine.yaml -->   the block below is that file
    <!-- run -->                         the block below is typed, in the folder of the page's files
    <!-- output -->                      the block below is what that printed on standard output
    <!-- output: first 12 -->            ... its first twelve lines; the block ends in "..."

What differs from run to run (the hash in a run directory's name, how long it took) is replaced by something fixed.
`python -m tests.guides.update` writes the outputs anew.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"^<!-- (file|run|output)(?:: ([^>]*?))? -->\n```\w*\n(.*?)^```$", re.S | re.M)
ANY_HASH = re.compile(r"(?<=[a-z_]-)[0-9a-f]{10}\b")
TIME = re.compile(r"^\d+(?:\.\d)? (s|min)\. ", re.M)
FIRST = re.compile(r"first (\d+)")


@dataclass(frozen=True)
class Block:
    """One marked block: `start` and `end` are where its text lies in the page."""

    kind: str
    note: str
    text: str
    start: int
    end: int


def blocks(page: str) -> list[Block]:
    """The marked blocks of a page in order."""
    return [Block(m[1], m[2] or "", m[3], m.start(3), m.end(3)) for m in BLOCK.finditer(page)]


def desk(folder: Path, root: Path) -> Path:
    """A folder to work in, with the command and copies of the scenarios that come with it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run.py").symlink_to(root / "run.py")
    shutil.copytree(root / "scenarios", folder / "scenarios")
    return folder


def typed(folder: Path, commands: str, *paths: Path) -> str:
    """Standard output of commands typed in a folder, with this interpreter as `python`; AssertionError where one fails.

    Comparisons are made without pictures and report, which other tests look at, and everything by one worker: what pages
    show does not depend on either, and they take longer than all the rest.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("SALESPOLICY_ALLOW", "LINES"))}
    environment |= {"PYTHONPATH": os.pathsep.join(map(str, paths)), "COLUMNS": "80", "NO_COLOR": "1"}
    commands = re.sub(r"(?m)^(python run.py (?:compare|explain|sweep) .*)$", r"\1 -j 1 --no-plots", commands)
    commands = re.sub(r"(?m)^(python run.py compare .*)$", r"\1 --no-report", commands)
    commands = re.sub(r"(?m)^python ", f'"{sys.executable}" -W ignore ', commands)
    done = subprocess.run(
        ["bash", "-e", "-c", commands],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{commands}\nexit {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def settled(output: str) -> str:
    """What a command printed, with what is never the same twice replaced, and without blanks at the ends of lines."""
    output = TIME.sub("5 s. ", ANY_HASH.sub("0123456789", output))
    return "\n".join(line.rstrip() for line in output.strip("\n").splitlines()) + "\n"


def shown(output: str, note: str) -> str:
    """The part of an output that a page shows."""
    cut = FIRST.fullmatch(note)
    if cut is None:
        return output
    return "".join(line + "\n" for line in output.splitlines()[: int(cut[1])]) + "...\n"


def lived(page: str, folder: Path, *paths: Path) -> str:
    """The page with its outputs as they come out: all its files written and all its commands typed, in order."""
    output, parts, at = "", [], 0
    for block in blocks(page):
        if block.kind == "file":
            (folder / block.note).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.note).write_text(block.text, encoding="utf-8")
        elif block.kind == "run":
            output = settled(typed(folder, block.text, *paths))
        else:
            parts += [page[at : block.start], shown(output, block.note)]
            at = block.end
    return "".join([*parts, page[at:]])
