"""docs/odd.md: what follows from the code is current, and the phases, levers and parameters of the text exist."""

from __future__ import annotations

import re

from simulation.parameters import PARAMETERS
from simulation.world.phases import PHASES
from tests.guides.odd import MARKED, PAGE, PARTS, written

TEXT = PAGE.read_text(encoding="utf-8")


def test_generated_parts_are_current() -> None:
    assert written(TEXT) == TEXT, "python -m tests.guides.odd"


def test_every_part_is_in_the_page() -> None:
    assert sorted(m[2] for m in MARKED.finditer(TEXT)) == sorted(PARTS)


def test_a_stale_part_is_seen() -> None:
    stale = TEXT.replace("| 1 | `decide` |", "| 1 | `wait` |")
    assert stale != TEXT
    assert written(stale) == TEXT


def test_all_sections_of_the_protocol_are_there() -> None:
    wanted = ["Purpose and patterns", "Entities, state variables and scales", "Process overview and scheduling",
              "Design concepts", "Initialization", "Input data", "Submodels"]  # fmt: skip
    assert re.findall(r"^## \d (.*)$", TEXT, re.M) == wanted


def test_what_the_text_names_exists() -> None:
    prose = MARKED.sub("", TEXT).partition("## 7 Submodels")[2]
    named = set(re.findall(r"`([a-z_]+)`", prose)) - {phase.__name__ for phase in PHASES}
    assert len(named & set(PARAMETERS)) > 20
    assert named - set(PARAMETERS) <= {"pool"}
