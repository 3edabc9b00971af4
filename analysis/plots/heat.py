"""Morale of every team, week by week, as a map; below it the lowest team of all worlds."""

from __future__ import annotations

import numpy as np

from analysis.language import say
from analysis.plots import looks, series, style
from analysis.scenes import Scenes

LOW, HIGH = 0.4, 0.9
"""Ends of the colours: who is at rest is at .7, who leaves is mostly below .5."""


def heat(scenes: Scenes, known: looks.Looks) -> style.Chart:
    """A column a policy: teams by weeks in one world, and the lowest team of each world with its spread."""
    with style.rules():
        policies, weeks = scenes.policies, scenes.weeks
        note = say(
            "Above: mean morale of each manager's team in one world, a row a team, dark is low. Below: the lowest "
            "team; line: "
            "median of {worlds} worlds, band: the middle 90 % of worlds. Scale 0 to 1; people at rest are at 0.7.",
            worlds=scenes.worlds,
        )
        columns = len(policies)
        figure, axes = style.grid(
            title(scenes), note, 2 * columns, columns, None, 2.0, (0.25, 0.35), share_y="row", right=0.75
        )
        image = None
        for i, policy in enumerate(policies):
            above, below = axes[i], axes[columns + i]
            colour = looks.colour_of(policy, known)
            teams = scenes.morale(policy)
            edges = np.arange(weeks[0], weeks[-1] + 2) - 0.5
            image = above.pcolormesh(
                edges,
                np.arange(len(teams) + 1) - 0.5,
                teams,
                cmap="cividis",
                vmin=LOW,
                vmax=HIGH,
                rasterized=True,
            )
            above.grid(visible=False)
            above.set_yticks([])
            above.tick_params(labelbottom=False)
            above.set_xlim(weeks[0], weeks[-1])
            style.heading(above, style.shortened(policy, 84 // columns), colour)
            low, middle, high = series.quantiles(scenes.lowest(policy), (0.05, 0.5, 0.95))
            style.band(below, weeks, low, high, colour, 0.25)
            below.plot(weeks, middle, color=colour)
            below.set_xlim(weeks[0], weeks[-1])
            below.set_xlabel(say("week"))
        axes[0].set_ylabel(say("teams"))
        axes[columns].set_ylabel(say("lowest team"))
        box = axes[columns - 1].get_position()
        bar = figure.add_axes((box.x1 + 0.008, box.y0, 0.01, box.height))
        assert image is not None
        figure.colorbar(image, cax=bar)
        bar.tick_params(labelsize=8)
        return figure


def title(scenes: Scenes) -> str:
    """The policy with the lowest team, and when."""
    lows = {policy: np.median(scenes.lowest(policy), axis=0) for policy in scenes.policies}
    worst = min(lows, key=lambda name: float(lows[name].min()))
    week = int(scenes.weeks[int(lows[worst].argmin())])
    base = float(lows[scenes.baseline].min())
    text = say(
        "Morale is lowest under '{policy}' in week {week}: {low:.2f} in the lowest team",
        policy=worst, week=week, low=float(lows[worst].min()),
    )  # fmt: skip
    if worst == scenes.baseline:
        return text
    return text + say("; under '{base}' never below {low:.2f}", base=scenes.baseline, low=base)
