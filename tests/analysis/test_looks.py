"""One colour a policy in every picture of a report, whichever policies a picture shows."""

from __future__ import annotations

import pytest
from found_data import found, scenes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from synthetic import POLICIES, make_tables

from analysis import compare
from analysis.comparison import Comparison
from analysis.plots import funnel, heat, hurt, lead, looks, signals, style, tradeoffs, truth
from analysis.tradeoffs import tradeoffs as traded

LAST = POLICIES[-1]


@pytest.fixture(scope="module")
def answer() -> Comparison:
    return compare(make_tables(4, weeks=40))


def colours_of(figure: Figure | None, policy: str) -> set[str]:
    """Of every text that is this policy's name."""
    assert figure is not None
    texts = [text for ax in figure.axes for text in ax.texts]
    return {to_hex(text.get_color()) for text in texts if text.get_text() == policy}


def test_eight_policies_have_eight_colours_and_more_have_other_dashes() -> None:
    names = [f"p{i}" for i in range(17)]
    known = looks.of_policies(names, "p0")
    assert len({known[name].colour for name in names[:9]}) == 9
    assert len(set(known.values())) == 17
    assert looks.of_policies(names, "p0") == looks.of_policies(["p0", *names[1:]], "p0")
    assert looks.colour_of("nobody", known) == style.INK
    assert not {style.BETTER, style.WORSE, *style.LIGHT} & set(looks.COLOURS)


def test_a_policy_has_the_same_colour_in_every_picture(answer: Comparison) -> None:
    known = looks.of(answer.panel)
    wanted = {known[LAST].colour.lower()}
    shown = [answer.panel.baseline, LAST]
    beaten = traded(answer.panel, ["new_arr", "morale_mean"], [], {})
    with style.rules():
        figures = [
            lead.lead(answer, [LAST]), truth.draw(answer, shown), funnel.funnel(scenes(LAST), known),
            heat.heat(scenes(LAST), known), tradeoffs.tradeoffs(beaten, known), answer.plot("money"), answer.plot("new_arr"),
        ]  # fmt: skip
    assert [colours_of(figure, LAST) for figure in figures] == [wanted] * len(figures)
    asked = found(LAST)
    bars, dots = hurt.hurt(asked.who or {}, known), signals.signals(asked.watch or {}, known)
    assert bars is not None
    assert dots is not None
    assert {to_hex(bar.get_facecolor()) for bar in bars.axes[0].patches} == wanted
    assert {to_hex(line.get_color()) for line in dots.axes[0].lines} == wanted


def test_a_rule_of_another_week_does_not_make_that_of_week_6_one_to_use() -> None:
    watch = dict(found(LAST).watch or {})
    good = watch["signals"][0]
    poor = {**good, "saves": {"mean": 1e5, "ci_low": -9e5, "ci_high": 1.1e6}}
    assert "stop if deals won in week 6" in signals.title(watch)
    watch["signals"] = [{**good, "week": 9}, poor]
    assert signals.title(watch).startswith(f"'{LAST}': no signal of week 6 clearly beats")
