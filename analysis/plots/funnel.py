"""The pipeline funnel: how many deals reach each step under a few policies, and how many of the step before that is."""

from __future__ import annotations

from analysis.language import mark, say, told
from analysis.plots import looks, style
from analysis.scenes import Scenes
from analysis.units import fixed, percent

STEPS = (mark("opened"), mark("qualified"), mark("proposal"), mark("won"))


def funnel(scenes: Scenes, known: looks.Looks) -> style.Chart:
    """A column of bars a policy, one bar a step, each centred, with the 95 % interval of the mean over worlds."""
    with style.rules():
        policies = scenes.policies
        note = say(
            "Deals that reached each step from the start on, mean of {worlds} worlds; lines: 95 % intervals of the "
            "mean. Beside "
            "the bars: percent of the step before. A deal lost in the very week of a step is not seen to reach it.",
            worlds=scenes.worlds,
        )
        figure, axes = style.grid(
            title(scenes), note, len(policies), len(policies), None, 2.9, (0.35, 0.6), left=0.95
        )
        most = max((scenes.step(p, 0).mean or 1.0) for p in policies)
        for ax, policy in zip(axes, policies, strict=True):
            colour = looks.colour_of(policy, known)
            style.heading(ax, style.shortened(policy, 84 // len(policies)), colour)
            for place in range(len(STEPS)):
                count = scenes.step(policy, place)
                mean = count.mean or 0.0
                ax.barh(place, mean, left=-mean / 2, height=0.62, color=colour, alpha=0.35, linewidth=0)
                if count.low is not None and count.high is not None:
                    for side in (-0.5, 0.5):
                        ax.plot(
                            [side * count.low, side * count.high],
                            [place, place],
                            color=colour,
                            linewidth=2.2,
                            solid_capstyle="butt",
                        )
                ax.text(0, place, fixed(mean, 0), ha="center", va="center", size=9)
                if place:
                    share = percent(scenes.passed(policy, place), signed=False)
                    ax.annotate(
                        share,
                        (mean / 2, place),
                        xytext=(7, 0),
                        textcoords="offset points",
                        va="center",
                        size=8.2,
                    )
            ax.set_xlim(-0.52 * most, 0.58 * most)
            ax.set_xticks([])
            ax.grid(visible=False)
            for spine in ax.spines.values():
                spine.set_visible(False)
        axes[0].set_yticks(range(len(STEPS)), [told(step) for step in STEPS], size=9.5)
        axes[0].set_ylim(len(STEPS) - 0.5, -0.6)
        return figure


def title(scenes: Scenes) -> str:
    """The share of qualified deals won, under each policy."""
    parts = [
        say("{share} under '{policy}'", share=percent(scenes.win_rate(policy), signed=False), policy=policy)
        for policy in scenes.policies
    ]
    return say("Of qualified deals that ended are won: {parts}", parts=say(", ").join(parts))
