"""SVG as text. Everything that goes in is escaped here, so that no caller has to remember it."""

from __future__ import annotations

from html import escape

LEFT, RIGHT = "#0072B2", "#D55E00"
"""The two policies, in colours of Okabe & Ito that the colour-blind tell apart; the right one is dashed besides."""
INK, QUIET, GRID = "#1a1a1a", "#555555", "#dddddd"


def tag(name: str, *children: str, **attributes: object) -> str:
    """An element. Children are elements or `text(...)`; of attributes `_` becomes `-` and a last one goes."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_short(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{given}>{''.join(children)}</{name}>" if children else f"<{name}{given}/>"


def text(words: object) -> str:
    """Plain text as a child."""
    return escape(str(words), quote=False)


def label(words: object, x: float, y: float, **attributes: object) -> str:
    """A text at a place."""
    return tag("text", text(words), x=x, y=y, **attributes)


def picture(what: str, width: float, height: float, *children: str) -> str:
    """A whole picture; `what` says to those who do not see it what it shows."""
    return tag(
        "svg", tag("title", text(what)), *children, xmlns="http://www.w3.org/2000/svg", role="img",
        viewBox=f"0 0 {_short(width)} {_short(height)}", aria_label=what,
    )  # fmt: skip


def path(points: list[tuple[float, float]], closed: bool = False) -> str:
    """Straight lines through points, as the attribute `d`."""
    if not points:
        return ""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + ("Z" if closed else "")


def clipped(words: str, most: int) -> str:
    """Names of any length stay within their place."""
    return words if len(words) <= most else words[: most - 1] + "…"


def _short(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return escape(str(value), quote=True)
