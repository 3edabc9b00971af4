"""The files that `calibrate` writes: the scenario with a remark at every number, and the draws. All or nothing."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.crm.finding import DRAWS
from app.calibration.market import Market
from app.calibration.settings import Floats, Setting
from app.guard import BadInput

if TYPE_CHECKING:
    from simulation.spec import Scenario

POLICIES = """\
policies:
  open:
    description: Any rep may develop any segment; books stay mixed.

  lockdown:
    description: Exclusive teams in the largest segments, the others are generalists; all other accounts are handed over.
    territory: {{mode: lockdown, teams: {teams}, inbound: territory}}
    release: {{accounts: outside, in_flight: finish, to: capacity}}

  lockdown_phased:
    description: Lockdown with accounts released over 13 weeks and the most valuable twentieth protected.
    inherits: lockdown
    release: {{phased_weeks: 13, protect_share: 0.05}}

  preferred:
    description: A home segment comes first for new work; nobody loses an account.
    territory: {{mode: preferred, teams: {teams}, focus_share: 0.6}}

  adaptive:
    description: The same teams with a part of the reps; every six weeks the evidence decides whether to expand or retreat.
    inherits: lockdown
    territory: {{share: {share:g}, pilots: random}}
    release: {{return_weeks: 26}}
    evidence: {{source: activity}}
    decision: {{rule: sequential_test, z: 2.0}}
    review: {{every: 6, max_share: {share:g}}}
"""
REPLICATIONS = 60
SCHEMA = "schemas/scenario.json"
INTRODUCTION = (
    "# Every number says where it comes from. `compare` takes a row of the draws for each pair of worlds, so that its",
    "# answer holds what the data leave open as well as luck; it reports how much comes from either. To fix a number that",
    "# has draws: --set, or change it here and take its column out of the draws.",
)
QUESTION = (
    "question: Do segment teams beat open territories here, and does the way they are introduced matter?"
)


def names_of(name: str) -> tuple[str, str, str]:
    """Scenario, draws and report."""
    return f"{name}.yaml", f"{name}.draws.csv", f"{name}.calibration.md"


def pictures_of(name: str) -> tuple[str, str]:
    """The picture of the check, twice."""
    return f"{name}.calibration.png", f"{name}.calibration.svg"


def draws_text(settings: Sequence[Setting], market: Market) -> str:
    """One column a parameter or field of a segment that is uncertain, one row a draw."""
    columns: dict[str, Floats] = {one.name: one.draws for one in settings if one.draws is not None}
    for part in market.segments:
        columns |= {f"segments.{part.name}.{field}": values for field, values in part.draws.items()}
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for k in range(DRAWS):
        writer.writerow([f"{values[k]:.6g}" for values in columns.values()])
    return stream.getvalue()


def scenario_text(
    name: str, said: str, settings: Sequence[Setting], market: Market, force: Sequence[Setting]
) -> str:
    """The scenario, for people to read and change."""
    reps = int(next(one.value for one in force if one.name == "reps"))
    teams = max(1, min(4, len(market.segments) // 2, reps - 1))
    share = max(0.2, math.ceil(100 / reps) / 100)  # of the reps, at least one of them
    lines = [
        f"# {_line(said)}", "#", *INTRODUCTION,
        f"name: {_text(name)}", QUESTION,
        "outcome: new_arr", "seed: 1", "weeks: 104", "start_week: 13", "burn_in_weeks: 104", f"replications: {REPLICATIONS}",
        "baseline: open", f"draws: {_text(names_of(name)[1])}", "", "world:",
    ]  # fmt: skip
    lines += [f"  {one.name}: {one.value:g}   # {_line(one.why)}" for one in force]
    lines += [
        *(f"  # {_line(why)}" for why in market.why),
        "  # relationship_share: an assumption; a CRM does not say it",
        "  segments:",
    ]
    for part in market.segments:
        fields = {
            "share": part.share, "deal_value_median": part.median, "deal_value_sigma": part.sigma, "product_fit": part.fit,
            "cycle": part.cycle, "relationship_share": 0.05,
        }  # fmt: skip
        shown = ", ".join(
            f"{key}: {value:.6g}" for key, value in fields.items() if (key, value) not in _NEUTRAL
        )
        lines.append(f"    - {{name: {_text(part.name)}, {shown}}}")
    lines += ["", "  parameters:"]
    for one in settings:
        lines += [f"    # {_line(one.why)}", f"    {one.name}: {one.value:g}"]
    return "\n".join([*lines, "", POLICIES.format(teams=teams, share=share)])


_NEUTRAL = {("product_fit", 0.0), ("cycle", 1.0)}


def _line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def loaded(name: str, scenario: str, draws: str, changes: Sequence[str] = ()) -> Scenario:
    """The scenario that the files of this name would be, without leaving them anywhere. Raises SpecError."""
    from simulation.spec import load_scenario

    with tempfile.TemporaryDirectory(prefix="calibrate-") as folder:
        for file, text in zip(names_of(name), (scenario, draws), strict=False):
            (Path(folder) / file).write_text(text, encoding="utf-8")
        return load_scenario(Path(folder) / names_of(name)[0], changes)


def write_all(
    folder: Path, texts: Mapping[str, str | bytes], *, force: bool, without: Sequence[str] = ()
) -> None:
    """Write the files, the first of them the scenario, last: none of them if the scenario could not be loaded.

    Raises BadInput where a file of this name holds something else, unless `force`; then files of an earlier scenario that
    this one is `without` go.
    """
    from simulation.spec import SpecError, load_scenario
    from simulation.spec.editors import MODELINE

    contents = {
        folder / name: text.encode() if isinstance(text, str) else text for name, text in texts.items()
    }
    if (
        folder / SCHEMA
    ).is_file():  # beside the scenarios that come with the tool: editors complete and check
        first = next(iter(contents))
        contents[first] = f"{MODELINE}{SCHEMA}\n".encode() + contents[first]
    for path, content in contents.items():
        if path.exists() and not force and (not path.is_file() or path.read_bytes() != content):
            raise BadInput(
                f"{path} is there already and holds something else (--name for another name, --force to replace it)"
            )
    with tempfile.TemporaryDirectory(prefix="calibrate-") as place:
        _write_into(Path(place), contents)
        try:
            load_scenario(Path(place) / next(iter(contents)).name)
        except SpecError as error:
            raise BadInput(f"no scenario can be made of these data: {error.problems[0].message}") from None
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"--out: {folder} cannot be made ({error.strerror})") from None
    with tempfile.TemporaryDirectory(prefix=".calibrate-", dir=folder) as place:
        _write_into(Path(place), contents)
        for path in reversed(contents):
            os.replace(Path(place) / path.name, path)
    if force:
        for name in without:
            (folder / name).unlink(missing_ok=True)


def _write_into(place: Path, contents: Mapping[Path, bytes]) -> None:
    for path, content in contents.items():
        (place / path.name).write_bytes(content)


def check_folder(folder: Path) -> None:
    """Raises BadInput where no files can be written: before the work, not after."""
    place = folder
    while not os.path.lexists(place) and place != place.parent:
        place = place.parent
    if not place.is_dir():
        raise BadInput(f"--out: {place} is a file, not a directory")
    as_now = os.access in os.supports_effective_ids
    if not os.access(place, os.W_OK | os.X_OK, effective_ids=as_now):
        raise BadInput(f"--out: nothing can be written into {place}")


def told_name(text: str) -> str:
    """The name a user gave. Raises BadInput where it would not do as the name of files."""
    from simulation.spec.fields import is_device

    if is_device(text):
        raise BadInput(f"--name: '{text[:80]}' is a reserved device name on Windows (choose another name)")
    if text != safe_name(text):
        raise BadInput(
            f"--name: '{text[:80]}' cannot be the name of files "
            f"(letters, digits, - and _, at most 60 of them: {safe_name(text)})"
        )
    return text


def safe_name(text: str) -> str:
    """A name for files out of one of a user's file."""
    from simulation.spec.fields import is_device

    name = re.sub(r"[^\w-]+", "_", text).strip("_-.")[:60] or "crm"
    return f"{name}_crm" if is_device(name) else name
