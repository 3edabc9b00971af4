"""`watch --pilot`: who should pilot, and how far a pilot flatters the roll-out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import typer

from app.console import print_json, show
from app.guard import BadInput
from app.progress import Bar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.sweeps import SweepAnswer
    from simulation.facts.pilots import Settings
    from simulation.spec import Scenario

    Case = tuple[int, Settings | None]

WORLDS = 20
"""Worlds, or as many as the run has if these are fewer."""


def size_of(text: str) -> tuple[int, int]:
    """Weeks and reps of "6x12". BadParameter otherwise."""
    found = re.fullmatch(r"(\d{1,4})x(\d{1,6})", text.strip())
    if found is None or int(found[1]) < 1 or int(found[2]) < 2:
        raise typer.BadParameter(
            f"'{text}' is not weeks x reps, as 6x12 (at least one week and two reps)", param_hint="--pilot"
        )
    return int(found[1]), int(found[2])


def check(scenario: Scenario, policy: str, weeks: int, reps: int) -> None:
    """BadInput for a pilot that cannot be."""
    from simulation.runs.piloted import can_be_piloted

    if not can_be_piloted(scenario, policy):
        raise BadInput(
            f"'{policy}' cannot be tried by some of the reps: its territories are those of the baseline"
        )
    if weeks >= scenario.weeks - scenario.start_week:
        raise BadInput(f"a pilot of {weeks} weeks does not end before the run does")
    if reps >= scenario.world.reps:
        raise BadInput(f"a pilot with {reps} of {scenario.world.reps} reps leaves nobody to compare with")


def cases_of(scenario: Scenario, answer: SweepAnswer, policy: str) -> list[Case]:
    """Worlds to live pilots in, `WORLDS` at most: the first of a comparison; of a sweep one a point, points spread evenly.

    Each with the settings of its point, None for a comparison.
    """
    from app.varied import rows_of
    from simulation.runs.watched import stays

    index = answer.lead(policy).index
    if not answer.meta["axes"]:
        worlds = sorted({int(world) for _, world in index})
        return [(world, None) for world in worlds[:WORLDS]]
    first = {point: int(world) for point, world in reversed(list(index))}
    points = sorted(first)
    many = min(WORLDS, len(points))
    chosen = [points[k * len(points) // many] for k in range(many)]
    own = {name: scenario.policies[name] for name in (scenario.baseline, policy)}
    places = [[place for place in one["targets"] if stays(place, own)] for one in answer.meta["axes"]]
    rows = rows_of(answer, answer.axes.loc[chosen].index)
    return [
        (first[point], [(place, value) for here, value in zip(places, row, strict=True) for place in here])
        for point, row in zip(chosen, rows, strict=True)
    ]


def tell(
    scenario: Scenario,
    policy: str,
    size: tuple[int, int],
    cases: Sequence[Case],
    ending: str,
    *,
    as_json: bool,
    quiet: bool,
) -> None:
    """Live pilots by different people in these worlds, and say what they tell of the roll-out."""
    from analysis.piloting import piloting, piloting_data, render_piloting
    from simulation.facts.pilots import tried
    from simulation.runs.drawn import worlds_a_draw
    from simulation.runs.experiments import Progress
    from simulation.runs.settings import with_settings

    swept = bool(cases) and cases[0][1] is not None
    for _, settings in cases:  # a point may have fewer reps
        check(with_settings(scenario, dict(settings or ())), policy, *size)
    found = []
    with Bar(quiet=quiet) as bar:
        bar(Progress(0, len(cases)))
        for done, (world, settings) in enumerate(cases, 1):
            found.append(tried(scenario, policy, world, *size, settings))
            bar(Progress(done, len(cases)))
    answer = piloting(found, *size, 1 if swept else worlds_a_draw(scenario))
    if as_json:
        print_json(piloting_data(answer, policy) | {"ending": ending})
    else:
        show(*render_piloting(answer, policy), "", ending)
