"""trade: revenue, morale and learning together, by the reader's own limits and prices."""

from __future__ import annotations

import math
import re
from typing import Annotated

import typer

from app import options
from app.console import print_json, show
from app.elsewhere import closing
from app.guard import BadInput
from app.inputs import find_run, is_sweep_directory, outcome_names
from app.until import TIMES

FOLDER = "trade"
PAIR = re.compile(r"\s*([A-Za-z_][\w]*)\s*=\s*([-+]?[0-9]+(?:\.[0-9]+)?)\s*([kM]?)\s*")


def command(
    run: options.RunArgument,
    outcomes: Annotated[
        str, typer.Option("--outcomes", metavar="A,B", help="What is traded; the first goes across.")
    ] = "new_arr,morale_mean,knowledge_mean",
    floor: Annotated[
        list[str] | None,
        typer.Option(
            "--floor", metavar="NAME=VALUE", help="Never below, as morale_mean=0.5. Can be repeated."
        ),
    ] = None,
    ceiling: Annotated[
        list[str] | None,
        typer.Option("--ceiling", metavar="NAME=VALUE", help="Never above, as exits=40. Can be repeated."),
    ] = None,
    worth: Annotated[
        list[str] | None,
        typer.Option(
            "--worth",
            metavar="NAME=AMOUNT",
            help="What one unit of it is worth, as exits=50k. Can be repeated.",
        ),
    ] = None,
    plots: Annotated[bool, typer.Option("--plots/--no-plots", help="Draw the picture.")] = True,
    lang: options.Lang = "en",
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """What each policy gives and takes: money, morale and learning together, under doubt. Nothing is run.

    No outcome is weighed against another unless you say so: limits (--floor, --ceiling) and prices (--worth) are yours.
    """
    from analysis import doubt
    from analysis.language import say, speaking
    from analysis.panel import read_panel
    from analysis.tradeoffs import Limit, tradeoffs
    from analysis.tradeoffs_text import as_data, render_tradeoffs
    from app.json_files import write_json
    from simulation.runs import read_tables

    names = outcome_names(outcomes)
    if len(names) < 2:
        raise BadInput("--outcomes: one alone cannot be traded (as new_arr,morale_mean)")
    limits = [Limit(*_pair("--floor", text), True) for text in floor or ()]
    limits += [Limit(*_pair("--ceiling", text), False) for text in ceiling or ()]
    prices = dict(_pair("--worth", text, price=True) for text in worth or ())
    directory = find_run(run)
    if is_sweep_directory(directory):
        raise BadInput(f"{directory} is the directory of a sweep (give that of a `compare`)")
    panel = read_panel(read_tables(directory))
    groups = doubt.draw_of_worlds(panel)
    if prices and panel.outcomes[panel.meta["outcome"]].money:
        prices = {panel.meta["outcome"]: 1.0} | prices
    pooled = panel if groups is None else doubt.pooled(panel, groups)
    found = tradeoffs(pooled, names, limits, prices, draws=groups is not None)
    data = as_data(found) | {"ending": closing(directory)}
    write_json(directory / FOLDER / "tradeoffs.json", data)
    if plots:
        from analysis.plots.tradeoffs import write_tradeoffs

        with speaking(lang):
            drawn = write_tradeoffs(found, directory / FOLDER)
    if as_json:
        print_json(data)
        return
    with speaking(lang):
        show(*render_tradeoffs(found), "", closing(directory))
        if not quiet:
            where = (
                say("Picture: {path}", path=drawn[0])
                if plots
                else say("Results: {path}", path=directory / FOLDER)
            )
            print(f"\n{where}")


def _pair(option: str, text: str, price: bool = False) -> tuple[str, float]:
    """Outcome and value in the units of the tables: limits of money in cents, prices in cents for one unit or for one cent.

    BadInput for what is neither.
    """
    from simulation.outcomes import OUTCOMES

    found = PAIR.fullmatch(text)
    if found is None or not math.isfinite(float(found[2]) * 1e8):
        raise BadInput(
            f"{option}: '{text}' is not NAME=VALUE, as {'exits=50k' if price else 'morale_mean=0.5'}"
        )
    (name,) = outcome_names(found[1])
    value = float(found[2]) * TIMES[found[3]]
    return name, value * (100 if (OUTCOMES[name].unit == "cents") != price else 1)
