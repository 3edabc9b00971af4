"""`explain --who`, `--rep` and `--account`: the same people and accounts in both worlds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.console import print_json, show
from app.guard import BadInput
from app.progress import Bar

if TYPE_CHECKING:
    from simulation.spec import Scenario

FOLDER = "who"


def check(scenario: Scenario, rep: int | None, account: int | None) -> None:
    """BadInput for somebody who is not there."""
    for name, number, many in (
        ("rep", rep, scenario.world.reps),
        ("account", account, scenario.world.customers),
    ):
        if number is not None and not 0 <= number < many:
            raise BadInput(f"--{name} {number}: there are {many:,}, numbered from 0 to {many - 1:,}")


def tell_rep(
    scenario: Scenario,
    policy: str,
    against: str,
    rep: int,
    world: int,
    out: Path,
    *,
    plots: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """One rep in both worlds."""
    from analysis.who import people
    from analysis.who_text import EXAMPLE, render_rep, rep_data
    from simulation.facts.lives import lives_of

    lives = lives_of(scenario, [against, policy], world)
    person = next((one for one in people(*lives) if one.seat == rep), None)
    if person is None:
        raise BadInput(
            f"--rep {rep}: the seat is empty as the policies part in world {world} (try another --world)"
        )
    if as_json:
        print_json(rep_data(lives, person) | {"ending": EXAMPLE})
        return
    show(*render_rep(lives, person), "", EXAMPLE)
    if plots:
        from analysis.plots.life import write_life

        drawn = write_life(lives, person, out / FOLDER / f"{policy} against {against}, world {world}")
        if not quiet:
            print(f"\nPlot: {drawn[0]}")


def tell_account(
    scenario: Scenario, policy: str, against: str, account: int, world: int, *, as_json: bool
) -> None:
    """One account in both worlds."""
    from analysis.who_text import EXAMPLE, account_data, render_account
    from simulation.facts.lives import lives_of

    lives = lives_of(scenario, [against, policy], world, [account])
    if as_json:
        print_json(account_data(lives, account) | {"ending": EXAMPLE})
    else:
        show(*render_account(lives, account), "", EXAMPLE)


def tell_all(
    scenario: Scenario,
    policy: str,
    against: str,
    worlds: int,
    world: int,
    out: Path,
    ending: str,
    *,
    as_json: bool,
    quiet: bool,
) -> None:
    """Who gains and who loses: groups over worlds, and single people of one. Kept in RUN/who/ for the report."""
    from analysis.who import groups, people
    from analysis.who_text import Who, render_who, who_data
    from app.json_files import write_json
    from simulation.facts.lives import lives_of
    from simulation.runs.drawn import worlds_a_draw
    from simulation.runs.experiments import Progress

    found = {}
    with Bar(quiet=quiet) as bar:
        numbers = [*range(worlds), *([world] if world >= worlds else [])]
        bar(Progress(0, len(numbers)))
        for done, number in enumerate(numbers, 1):
            found[number] = people(*lives_of(scenario, [against, policy], number))
            bar(Progress(done, len(numbers)))
    who = Who(
        policy,
        against,
        worlds,
        world,
        groups([found[n] for n in range(worlds)], worlds_a_draw(scenario)),
        found[world],
    )
    data = who_data(who) | {"ending": ending}
    write_json(out / FOLDER / f"{policy} against {against}.json", data)
    if as_json:
        print_json(data)
    else:
        show(*render_who(who), "", ending)
