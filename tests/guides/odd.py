"""The parts of docs/odd.md that follow from the code: state, schedule, streams, decision points, parameters, outcomes.

python -m tests.guides.odd    # write them again
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from simulation.levers import LEVERS, OUTSIDE
from simulation.levers.base import Lever
from simulation.levers.points import POINTS
from simulation.luck import Purpose
from simulation.measures import MEASURES
from simulation.outcomes import OUTCOMES
from simulation.parameters import PARAMETERS
from simulation.spec import Scenario, World
from simulation.spec.fields import first_line
from simulation.world import columns
from simulation.world.gates import GATE_WORDS
from simulation.world.phases import PHASES

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "odd.md"
MARKED = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.S)
COLUMN = re.compile(r"^    (\w+): .*= column\(")


def _table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    heads = list(heads)
    lines = [f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join([f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *lines]) + "\n"


def scales() -> str:
    """Defaults of a scenario's size and time."""
    world, top = World.model_fields, Scenario.model_fields
    rows = [
        (f"`{name}`", top[name].default, top[name].description)
        for name in ("burn_in_weeks", "start_week", "weeks")
    ]
    rows += [
        (f"`world.{name}`", world[name].default, world[name].description)
        for name in ("reps", "managers", "customers")
    ]
    return _table(("setting", "default", "meaning"), rows)


def state() -> str:
    """The columns of each kind of entity, as the code declares them."""
    text = Path(columns.__file__).read_text(encoding="utf-8")
    kinds = {"CustomerColumns": "customer", "DealColumns": "open deal", "RepColumns": "rep (a seat and the person in it)",
             "ManagerColumns": "manager", "PlaybookColumns": "playbook of a segment", "SegmentColumns": "segment",
             "MissionColumns": "mission"}  # fmt: skip
    rows = []
    for part in re.split(r"^class ", text, flags=re.M)[1:]:
        name = part.partition("(")[0]
        if name in kinds:
            found = [m[1] for line in part.splitlines() if (m := COLUMN.match(line))]
            rows.append((kinds[name], ", ".join(f"`{one}`" for one in found)))
    return _table(("entity", "state"), rows)


def schedule() -> str:
    """The phases of a week in their order, each in its file's own words."""
    rows = []
    for number, phase in enumerate(PHASES, start=1):
        words = (sys.modules[phase.__module__].__doc__ or "").strip().split("\n")[0].partition(": ")[2]
        rows.append((number, f"`{phase.__name__}`", words))
    return _table(("", "phase", "what happens"), rows)


def luck() -> str:
    """The streams of random numbers."""
    return ", ".join(f"`{purpose.name.lower()}`" for purpose in Purpose) + ".\n"


def points() -> str:
    """Levers, and the decision points that each answers."""
    rows = []
    for name, lever in LEVERS.items():
        if name not in OUTSIDE:
            answered = sorted(point for point in POINTS if _answers(lever, point))
            rows.append((f"[`{name}`](reference/levers.md#{name})", first_line(lever), ", ".join(answered)))
    return _table(("lever", "what it sets", "answers"), rows)


def _answers(lever: type[Lever], point: str) -> bool:
    return callable(getattr(lever, point, None))


def gates() -> str:
    """The mechanisms that can be held still."""
    return _table(("gate", "mechanism"), ((f"`{gate}`", words) for gate, words in GATE_WORDS.items()))


def parameters() -> str:
    """How many parameters there are in each group, and how well they are known."""
    groups = dict.fromkeys(p.group for p in PARAMETERS.values())
    rows = []
    for group in groups:
        members = [p for p in PARAMETERS.values() if p.group == group]
        known = Counter(p.confidence for p in members)
        rows.append((group, len(members), known["H"], known["M"], known["L"], known["assumption"]))
    total = Counter(p.confidence for p in PARAMETERS.values())
    rows.append(("**all**", len(PARAMETERS), total["H"], total["M"], total["L"], total["assumption"]))
    return _table(("group", "parameters", "known well", "fairly", "poorly", "assumptions"), rows)


def outcomes() -> str:
    """What is recorded every week, and what only of a run."""
    known = [o for o in OUTCOMES.values() if o.name not in MEASURES]
    weekly = ", ".join(f"`{o.name}`" for o in known if o.weekly)
    of_a_run = ", ".join(f"`{o.name}`" for o in known if not o.weekly)
    return f"Every week: {weekly}.\n\nOf a run: {of_a_run}.\n"


PARTS: dict[str, Callable[[], str]] = {
    one.__name__: one for one in (scales, state, schedule, luck, points, gates, parameters, outcomes)
}


def written(page: str) -> str:
    """The page with its generated parts as the code has them now. KeyError for a part that is none."""
    return MARKED.sub(lambda m: m[1] + PARTS[m[2]]() + m[3], page)


def main() -> int:
    """Write them into the page."""
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
