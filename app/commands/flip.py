"""flip: where the best policy turns."""

from __future__ import annotations

from typing import Annotated

import typer

from app import options
from app.console import print_json, show
from app.elsewhere import closing

FOLDER = "flip"


def command(
    run: options.RunArgument,
    policy: Annotated[
        str | None,
        typer.Option(
            "--policy", "-p", help="This one against the baseline (default: the best of all policies)."
        ),
    ] = None,
    outcome: Annotated[
        str | None, typer.Option("--outcome", help="Judge by this one (default: the scenario's).")
    ] = None,
    axes: Annotated[
        str | None,
        typer.Option(
            "--axes", metavar="A,B", help="Axes of the picture (default: the two that matter most)."
        ),
    ] = None,
    margin: Annotated[
        float,
        typer.Option(
            "--margin",
            min=0,
            help="A lead that counts, in the outcome's unit; money in whole currency units.",
        ),
    ] = 0.0,
    plots: Annotated[bool, typer.Option("--plots/--no-plots", help="Draw the phase diagram.")] = True,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Where the best policy turns, over a sweep or a comparison with draws.

    Conditions under which each policy wins, a few questions that tell the best one, and a map of the two axes that matter
    most. Nothing is run.
    """
    from analysis.boxes import MIN_CASES
    from analysis.flip import flip
    from analysis.flip_data import as_data
    from app.json_files import write_json
    from app.varied import varied

    directory, answer = varied(run, outcome)
    wanted = _pair(axes)
    found = flip(answer, policy, margin * (100 if answer.info.money else 1), wanted)
    data = as_data(found) | {"ending": closing(directory, outcome=answer.outcome)}
    name = "-".join(filter(None, [answer.outcome, policy]))
    write_json(directory / FOLDER / f"{name}.json", data)
    place = f"Results: {directory / FOLDER}"
    if plots and found.cases < MIN_CASES:
        place = f"No map: {found.cases} cases are too few for one (at least {MIN_CASES}). {place}"
    elif plots:
        from analysis.plots.phase import write_phase

        drawn = write_phase(found, directory / FOLDER / name)
        place = f"Picture: {drawn[0]}"
    if as_json:
        print_json(data)
        return
    from analysis.flip_text import render_flip

    show(*render_flip(found), "", data["ending"])
    if not quiet:
        print(f"\n{place}")


def _pair(axes: str | None) -> list[str]:
    """The axes of the picture: one or two different ones. BadParameter otherwise."""
    names = [name.strip() for name in (axes or "").split(",") if name.strip()]
    if len(names) > 2 or len(set(names)) < len(names) or (axes is not None and not names):
        raise typer.BadParameter("one or two different axes, as a,b", param_hint="--axes")
    return names
