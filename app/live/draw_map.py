"""The map of a week: reps by team as cells coloured by morale, and the accounts that move between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import hypot
from typing import Any

from analysis.language import say
from app.live import svg

WIDTH, NAMES = 360.0, 104.0
CELL, GAP = 27.0, 3.0
PER_ROW = int((WIDTH - NAMES) // (CELL + GAP))
LOW, MIDDLE, HIGH = (179, 88, 6), (247, 247, 247), (33, 102, 172)
"""Morale from orange over white to blue: told apart by the colour-blind; each cell has its number too."""
WORST, BEST = 0.2, 0.9
MOVE, BEND = "#6a3d9a", 0.16


def colour_of(morale: float) -> tuple[str, str]:
    """Of a cell, and of the text on it."""
    share = min(1.0, max(0.0, (morale - WORST) / (BEST - WORST)))
    ends = (LOW, MIDDLE) if share < 0.5 else (MIDDLE, HIGH)
    part = share * 2 if share < 0.5 else share * 2 - 1
    mixed = [round(a + (b - a) * part) for a, b in zip(*ends, strict=True)]
    light = 0.299 * mixed[0] + 0.587 * mixed[1] + 0.114 * mixed[2]
    return "#{:02x}{:02x}{:02x}".format(*mixed), "#000000" if light > 125 else "#ffffff"


def draw(life: Mapping[str, Any], segments: Sequence[str], frame: int) -> str:
    """The picture of one policy at one frame, with the rows that anybody is in at any time."""
    group, present = life["group"][frame], life["present"][frame]
    morale, contracts, deals = life["morale"][frame], life["contracts"][frame], life["deals"][frame]
    parts, places, y = [], {}, 2.0
    for row in rows_of(life, segments):
        seats = [seat for seat, where in enumerate(group) if where == row]
        lines = max(1, -(-len(seats) // PER_ROW))
        name = svg.clipped(group_name(row, segments), 15)
        parts.append(svg.label(name, 0, y + CELL / 2 + 4, font_size=12, fill=svg.INK))
        for place, seat in enumerate(seats):
            x = NAMES + place % PER_ROW * (CELL + GAP)
            places[seat] = (x + CELL / 2, y + place // PER_ROW * (CELL + GAP) + CELL / 2)
        y += lines * (CELL + GAP) + 5
        parts.append(svg.tag("path", d=svg.path([(0, y - 3), (WIDTH, y - 3)]), stroke=svg.GRID))
    for seat, (x, at) in places.items():
        parts.append(_cell(seat, x, at, morale[seat], present[seat], contracts[seat], deals[seat]))
    parts += [_stream(places[a], places[b], n, a, b) for a, b, n in reversed(life["flows"][frame])]
    filled = [m for m, there in zip(morale, present, strict=True) if there]
    mean = sum(filled) / len(filled) if filled else 0.0
    words = say(
        "{reps} reps by team; mean morale {morale}; {moved} accounts changed hands this week",
        reps=sum(present), morale=f"{mean:.2f}", moved=life["moved"][frame],
    )  # fmt: skip
    arrow = svg.tag(
        "defs",
        svg.tag("marker", svg.tag("path", d="M0 0L6 3L0 6Z", fill=MOVE), id="tip", viewBox="0 0 6 6", refX=5, refY=3,
                markerWidth=7, markerHeight=7, markerUnits="userSpaceOnUse", orient="auto"),
    )  # fmt: skip
    return svg.picture(words, WIDTH, y, arrow, *parts)


def group_name(row: int, segments: Sequence[str]) -> str:
    """Of a row: an industry, all of them, or those without a team."""
    if row < len(segments):
        return segments[row]
    return say("any industry") if row == len(segments) else say("the others")


def rows_of(life: Mapping[str, Any], segments: Sequence[str]) -> list[int]:
    """The rows that anybody is in at any time; those who may work everywhere come first."""
    used = {row for frame in life["group"] for row in frame}
    return [row for row in (len(segments), *range(len(segments)), len(segments) + 1) if row in used]


def _cell(seat: int, x: float, y: float, morale: float, there: bool, contracts: int, deals: int) -> str:
    corner = {"x": x - CELL / 2, "y": y - CELL / 2, "width": CELL, "height": CELL, "rx": 4}
    if not there:
        about = say("seat {seat}: empty", seat=seat)
        box = svg.tag("rect", **corner, fill="#ffffff", stroke="#767676", stroke_dasharray="3 2")
        return svg.tag("g", svg.tag("title", svg.text(about)), box)
    about = say("seat {seat}: morale {morale}, {contracts} customers, {deals} open deals", seat=seat, morale=f"{morale:.2f}",
                contracts=contracts, deals=deals)  # fmt: skip
    fill, ink = colour_of(morale)
    number = svg.label(round(morale * 100), x, y + 4, font_size=11, text_anchor="middle", fill=ink)
    return svg.tag(
        "g", svg.tag("title", svg.text(about)), svg.tag("rect", **corner, fill=fill, stroke="#767676"), number
    )


def _stream(start: tuple[float, float], end: tuple[float, float], number: int, giver: int, taker: int) -> str:
    """Accounts that went from one rep to another, as a bow whose width grows with their number."""
    (x1, y1), (x2, y2) = start, end
    length = max(1.0, hypot(x2 - x1, y2 - y1))
    dx, dy = (x2 - x1) / length, (y2 - y1) / length
    # From edge to edge: the numbers of the cells stay readable.
    x1, y1, x2, y2 = x1 + dx * CELL / 2, y1 + dy * CELL / 2, x2 - dx * CELL / 2, y2 - dy * CELL / 2
    x, y = (x1 + x2) / 2 + dy * length * BEND, (y1 + y2) / 2 - dx * length * BEND
    about = say(
        "{number} accounts from seat {giver} to seat {taker}", number=number, giver=giver, taker=taker
    )
    return svg.tag(
        "path", svg.tag("title", svg.text(about)), d=f"M{x1:.1f} {y1:.1f}Q{x:.1f} {y:.1f} {x2:.1f} {y2:.1f}", fill="none",
        stroke=MOVE, stroke_width=min(4.0, 0.8 + number**0.5 / 3), stroke_opacity=0.55, marker_end="url(#tip)",
    )  # fmt: skip
