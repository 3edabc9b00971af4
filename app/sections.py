"""What `explain`, `watch`, `flip`, `value` and `report --full` have written into a run directory, for its report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.console import complain
from app.guard import BadInput
from app.json_files import read_json

if TYPE_CHECKING:
    from analysis import Comparison
    from analysis.flip import Flip
    from analysis.report.found import Found
    from analysis.scenes import Scenes

VARIED = "varied"
"""The sweep over the assumptions that matter most, below a run directory whose scenario has no draws."""
SCENES = Path("scenes") / "scenes.json"
MOST_EXPLAINED = 3
NEEDED = {
    "why": ("policy", "baseline", "outcome", "worlds", "gap", "parts"),
    "who": ("policy", "baseline", "worlds", "groups", "hurt", "helped"),
    "watch": ("policy", "baseline", "outcome", "worlds", "goes_wrong", "signals"),
    "flip": ("outcome", "best", "boxes", "cases"),
    "value": ("outcome", "chosen", "perfect", "parameters", "pilots", "cases"),
}
"""Keys without which a file is not what it should be."""


def found_in(directory: Path, answer: Comparison) -> Found:
    """What there is about the headline outcome of this comparison; damaged files are named and left out."""
    from analysis.report.found import Found
    from analysis.subject import subject

    outcome, base = answer.decision.outcome, answer.panel.baseline
    why = _all("why", directory.glob(f"explain/*/{outcome}.json"), base)
    who = _all("who", directory.glob("who/*.json"), base)
    watch = _all("watch", directory.glob(f"watch/*/{outcome}.json"), base)
    drawn = place_of_varied(directory, answer)
    if drawn != directory:  # where assumptions vary too, a policy goes wrong neither always nor never
        watch += [
            one | {"varied": True} for one in _all("watch", drawn.glob(f"watch/*/{outcome}.json"), base)
        ]
    value = _all("value", [*drawn.glob(f"value/*/{outcome}.json"), *drawn.glob(f"value/{outcome}.json")])
    flips = _all("flip", drawn.glob(f"flip/{outcome}.json"))
    first = subject(answer)
    return Found(
        run=directory.name,
        varies=drawn == directory or drawn.is_dir(),
        why=sorted(why, key=lambda one: one["policy"] != first)[:MOST_EXPLAINED],
        who=min(who, key=lambda one: one["policy"] != first, default=None),
        watch=min(
            watch,
            key=lambda one: (one["policy"] != first, not one["signals"], not one.get("varied")),
            default=None,
        ),
        flip=flips[0] if flips else None,
        phase=_phase(drawn, outcome) if flips else None,
        value=min(value, key=lambda one: all(p["policy"] != first for p in one["pilots"]), default=None),
        scenes=_scenes(directory / SCENES, answer),
    )


def place_of_varied(directory: Path, answer: Comparison) -> Path:
    """Where runs are in which assumptions vary: these themselves, or the sweep that `report --full` makes."""
    return directory if answer.panel.meta.get("draws") else directory / VARIED


def _all(kind: str, paths: Any, baseline: str | None = None) -> list[dict[str, Any]]:
    """The readable ones of these files, in the order of their names, against this baseline."""
    found = []
    for path in sorted(paths):
        data = read_json(path)
        if data is None or not all(key in data for key in NEEDED[kind]):
            complain(
                f"{path}: damaged, and left out of the report (the command that wrote it writes it again)"
            )
        elif baseline is None or data["baseline"] == baseline:
            found.append(data)
    return found


def _scenes(path: Path, answer: Comparison) -> Scenes | None:
    from analysis.scenes import Scenes

    data = read_json(path)
    if data is None or data.get("baseline") != answer.panel.baseline or not data.get("rows"):
        return None
    return Scenes(data["baseline"], data["rows"], int(data.get("worlds_a_draw", 1)))


def _phase(directory: Path, outcome: str) -> Flip | None:
    """The map of `flip`, made again so that it can be drawn in any language; nothing is run."""
    from analysis.flip import flip
    from analysis.panel import AnalysisError
    from app.varied import varied

    try:
        return flip(varied(str(directory), outcome)[1])
    except (AnalysisError, BadInput):
        return None
