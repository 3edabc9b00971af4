"""Lines over the weeks for both policies, with the 95 % interval over worlds, and bars of the week that is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.language import say
from app.live import svg
from app.live.amounts import amount

Bands = Sequence[Sequence[Sequence[float]]]
"""Of each line drawn: its middle, low and high end over the weeks."""
WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 360.0, 170.0, 46.0, 22.0, 8.0
STAGE_FILLS = ("#c6dbef", "#6baed6", "#2171b5")
STATED, TRUE = "#8c6d1f", "#1b7837"


def over_weeks(name: str, unit: str, result: Mapping[str, Any]) -> str:
    """One outcome: a line for each policy. With several worlds it is their mean, in the band where that may lie."""
    spread = result["spread"]
    if spread is not None:
        bands = spread["lines"][name]
    else:
        bands = [[life["lines"][name]] * 3 for life in result["lives"]]
    return _chart(bands, ("left", "right"), unit, result, spread is not None)


def stated_and_true(side: int, result: Mapping[str, Any]) -> str:
    """Reports against truth under one policy: the gap between the lines is what reports add."""
    spread, names = result["spread"], ("open_pipeline_value", "stated_pipeline_value")
    both = [
        [
            spread["lines"][name][one] if spread is not None else [result["lives"][one]["lines"][name]] * 3
            for name in names
        ]
        for one in (0, 1)
    ]
    return _chart(both[side], ("true", "stated"), "cents", result, spread is not None, both[1 - side])


LOOKS = {
    "left": (svg.LEFT, None), "right": (svg.RIGHT, "6 3"), "true": (TRUE, None), "stated": (STATED, "2 2"),
}  # fmt: skip


def _chart(
    bands: Bands, looks: Sequence[str], unit: str, result: Mapping[str, Any], drawn: bool, beside: Bands = (),
) -> str:  # fmt: skip
    """`beside` are the bands of a chart next to this one, which has the same scale."""
    values = [v for band in (*bands, *beside) for line in band for v in line if v == v]
    low, high = min(values, default=0.0), max(values, default=1.0)
    if high - low < 1e-9:
        low, high = low - 0.5, high + 0.5
    weeks = max(1, result["weeks"] - 1)

    def at(w: float, v: float) -> tuple[float, float]:
        return (
            LEFT + (WIDTH - LEFT - 6) * w / weeks,
            TOP + (HEIGHT - TOP - BOTTOM) * (1 - (v - low) / (high - low)),
        )

    parts = []
    for share in (0.0, 0.5, 1.0):
        value = low + (high - low) * share
        y = at(0, value)[1]
        parts.append(svg.tag("path", d=svg.path([(LEFT, y), (WIDTH - 6, y)]), stroke=svg.GRID))
        parts.append(
            svg.label(
                _figure(value, unit), LEFT - 4, y + 4, font_size=10.5, text_anchor="end", fill=svg.QUIET
            )
        )
    start = result["start"]
    x = at(start, low)[0]
    parts.append(
        svg.tag(
            "path", d=svg.path([(x, TOP), (x, HEIGHT - BOTTOM)]), stroke="#767676", stroke_dasharray="2 2"
        )
    )
    small = {"font_size": 10.5, "fill": svg.QUIET}
    parts += [
        svg.label(
            tick, at(tick, low)[0], HEIGHT - 6, text_anchor="end" if tick == weeks else "middle", **small
        )
        for tick in (0, start, weeks)
    ]
    for band, look in zip(bands, looks, strict=True):
        colour, dash = LOOKS[look]
        if drawn:
            up = [at(w, v) for w, v in enumerate(band[2]) if v == v]
            down = [at(w, v) for w, v in enumerate(band[1]) if v == v]
            parts.append(svg.tag("path", d=svg.path(up + down[::-1], True), fill=colour, fill_opacity=0.18))
        middle = [at(w, v) for w, v in enumerate(band[0]) if v == v]
        parts.append(
            svg.tag(
                "path",
                d=svg.path(middle),
                fill="none",
                stroke=colour,
                stroke_width=1.9,
                stroke_dasharray=dash,
            )
        )
    # At week 0; the page moves it, so that a week costs no drawing.
    cursor = svg.path([(LEFT, TOP), (LEFT, HEIGHT - BOTTOM)])
    step = (WIDTH - LEFT - 6) / weeks
    parts.append(
        svg.tag("path", class_="cursor", d=cursor, stroke=svg.INK, stroke_width=1.2, data_step=f"{step:.4f}")
    )
    ends = [_figure(band[0][-1], unit) for band in bands]
    words = say(
        "weeks 0 to {last}; at the end {first} and {second}", last=weeks, first=ends[0], second=ends[1]
    )
    return svg.picture(words, WIDTH, HEIGHT, *parts)


def stages(life: Mapping[str, Any], frame: int, most: int) -> str:
    """Open deals by stage at one frame, as one bar; `most` is the longest of both policies and all weeks."""
    names = (say("leads"), say("qualified"), say("proposals"))
    numbers = life["stages"][frame]
    parts, x, scale = [], 0.0, WIDTH / max(1, most)
    for number, fill, ink in zip(numbers, STAGE_FILLS, ("#000000", "#000000", "#ffffff"), strict=True):
        width = number * scale
        parts.append(svg.tag("rect", x=x, y=0, width=width, height=22, fill=fill, stroke="#ffffff"))
        if width > 22:
            parts.append(svg.label(number, x + width / 2, 15.5, font_size=11, text_anchor="middle", fill=ink))
        x += width
    words = ", ".join(f"{name} {number}" for name, number in zip(names, numbers, strict=True))
    return svg.picture(words, WIDTH, 22, *parts)


def reports(life: Mapping[str, Any], week: int) -> str:
    """What the pipeline of a week was said to be worth, above what it is worth, in one picture."""
    stated, true = (life["lines"][name] for name in ("stated_pipeline_value", "open_pipeline_value"))
    scale = (WIDTH - 132) / max(1.0, *stated, *true)
    parts = []
    for place, (name, line, fill) in enumerate(
        ((say("reported"), stated, STATED), (say("true"), true, TRUE)),
    ):
        y, width = place * 20.0, max(0.0, line[week]) * scale
        parts.append(svg.label(name, 62, y + 14, font_size=11.5, text_anchor="end", fill=svg.INK))
        parts.append(svg.tag("rect", x=68, y=y + 2, width=width, height=15, fill=fill))
        parts.append(svg.label(amount(line[week]), 72 + width, y + 14, font_size=11.5, fill=svg.INK))
    words = say(
        "pipeline: reported {stated}, true {true}", stated=amount(stated[week]), true=amount(true[week])
    )
    return svg.picture(words, WIDTH, 40, *parts)


def _figure(value: float, unit: str) -> str:
    if value != value:
        return say("n/a")
    return amount(value) if unit == "cents" else f"{value:.2f}"
