"""`report --full`: ask what has not been asked of a run directory, one command after the other."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from app.console import complain
from app.guard import BadInput
from app.progress import Bar

if TYPE_CHECKING:
    from analysis import Comparison

SCENE_WORLDS = 10
LEAST_WATCHED = 20
"""Worlds, as `analysis.watching` asks."""
PILOT_WEEKS, PILOT_REPS = 6, 12
CASES = 128
"""Points of the sweep over the assumptions that matter most, where the scenario itself has no draws."""


def fill(ctx: typer.Context, directory: Path, answer: Comparison, workers: int, *, quiet: bool) -> Comparison:
    """Live what is missing; what cannot be asked of these runs is said, and the rest goes on. Gives the comparison with
    what other worlds say.
    """
    from analysis.subject import few, subject
    from app.commands import explain, flip, value, watch
    from app.sections import found_in, place_of_varied

    found = found_in(directory, answer)
    worlds = len(answer.worlds.replications)
    run, varied = str(directory), str(place_of_varied(directory, answer))
    common: dict[str, Any] = {"workers": workers, "quiet": quiet}
    first = subject(answer)  # what is asked is asked of the policy that the first page is about

    def of_another(told: Mapping[str, Any] | None) -> bool:
        return told is None or told["policy"] != first

    steps: list[tuple[str, bool, Callable[[], object]]] = [
        ("other worlds", answer.elsewhere is None, lambda: _elsewhere(ctx, directory, answer, workers, quiet=quiet)),
        ("explain", all(map(of_another, found.why)), lambda: explain.command(ctx, run, policy=first, **common)),
        ("explain --who", of_another(found.who), lambda: explain.command(ctx, run, policy=first, everybody=True, **common)),
        ("watch", of_another(found.watch) and worlds >= LEAST_WATCHED,
         lambda: watch.command(ctx, run, policy=first, **common)),
        ("the assumptions that matter most", not found.varies, lambda: _vary(ctx, directory, answer, workers, quiet=quiet)),
        ("watch, as they vary", varied != run and (of_another(found.watch) or not (found.watch or {}).get("varied")),
         lambda: watch.command(ctx, varied, policy=first, **common)),
        ("flip", found.flip is None, lambda: flip.command(varied, quiet=quiet)),
        ("value", found.value is None or not found.value["pilots"], lambda: value.command(
            ctx, varied, pilot=[_pilot(directory)], policy=_piloted(directory, first), **common)),
        ("funnel, hand-overs and teams", found.scenes is None, lambda: _scenes(
            directory, answer, [answer.panel.baseline, *few(answer)], min(worlds, SCENE_WORLDS), quiet=quiet)),
    ]  # fmt: skip
    given = answer
    for name, wanted, step in steps:
        if not wanted or not answer.panel.rivals:
            continue
        if not quiet:
            complain(f"{name} ...")
        came = _asked(name, step)
        given = came if name == "other worlds" and came is not None else given
    return given


def _asked(name: str, step: Callable[[], object]) -> Any:
    """What a step gives; what it prints is in the report, and what it cannot do is said."""
    from analysis.panel import AnalysisError

    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return step()
    except (BadInput, AnalysisError, typer.BadParameter) as error:
        complain(f"{name}: not for these runs: {error}")
    except typer.Exit:  # some runs failed; what is there has been written
        pass
    return None


def _pilot(directory: Path) -> str:
    """The size of the pilot that is valued: as many reps as usual, or a quarter of a small team."""
    from simulation.spec import load_scenario

    reps = load_scenario(directory / "spec.yaml").world.reps
    return f"{PILOT_WEEKS}x{PILOT_REPS if reps > 2 * PILOT_REPS else max(2, reps // 4)}"


def _piloted(directory: Path, policy: str | None) -> str | None:
    """The policy that is piloted: this one, or where only all reps can try it whichever `value` chooses."""
    from simulation.runs.piloted import can_be_piloted
    from simulation.spec import load_scenario

    can = policy is not None and can_be_piloted(load_scenario(directory / "spec.yaml"), policy)
    return policy if can else None


def _elsewhere(
    ctx: typer.Context, directory: Path, answer: Comparison, workers: int, *, quiet: bool
) -> Comparison:
    from app.elsewhere import WORLDS, tried
    from simulation.spec import load_scenario

    scenario = load_scenario(directory / "spec.yaml")
    with Bar(quiet=quiet) as bar:
        return tried(
            scenario, answer, WORLDS, directory, directory, workers=workers, progress=bar.apart,
            command=f"salespolicy report {directory.name} --full", replicate=ctx.obj.replicate,
        )  # fmt: skip


def _vary(ctx: typer.Context, directory: Path, answer: Comparison, workers: int, *, quiet: bool) -> None:
    """Sweep the parameters that go with the verdict most in other worlds, for where it turns and what knowing is worth."""
    from analysis.elsewhere import rivals_of
    from app.elsewhere import told_in
    from app.sections import VARIED
    from app.sweep_files import load
    from simulation.runs.sweep_run import run_sweep

    moving = (told_in(directory) or {}).get("moving")
    if not moving:
        raise BadInput("no other worlds say which assumptions matter")
    policies = [answer.decision.best, *rivals_of(answer)]
    options = {"points": CASES, "replications": 1, "policies": policies}
    sweep = load(str(directory / "spec.yaml"), moving, (), options)
    with Bar(quiet=quiet) as bar:
        run_sweep(
            sweep, workers=workers, out=directory / VARIED, progress=bar.apart,
            command=f"salespolicy report {directory.name} --full", replicate=ctx.obj.replicate,
        )  # fmt: skip


def _scenes(directory: Path, answer: Comparison, policies: list[str], worlds: int, *, quiet: bool) -> None:
    """Live the first worlds of the run again under these policies, look at them, and keep what was seen."""
    from app.json_files import write_json
    from app.sections import SCENES
    from simulation.facts.scenes import plain, scenes_of
    from simulation.runs.drawn import worlds_a_draw
    from simulation.runs.experiments import Progress
    from simulation.spec import load_scenario

    scenario, rows = load_scenario(directory / "spec.yaml"), []
    with Bar(quiet=quiet) as bar:
        for done in range(worlds):
            bar.apart(Progress(done, worlds))
            rows += plain(scenes_of(scenario, policies, done))
    seen = {"baseline": answer.panel.baseline, "worlds_a_draw": worlds_a_draw(scenario), "rows": rows}
    write_json(directory / SCENES, seen)
