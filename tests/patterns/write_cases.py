"""Two chapters of docs/validation.md: the held-out patterns P3-P6, each beside a world in which it does not hold."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tests.patterns import mission_patterns, segments
from tests.patterns.page import between, prose, table
from tests.patterns.pairs import interval

WORLDS = 96
EVIDENT = ("world.missions.0.hazard=0.2",)
OBEDIENT = ("world.parameters.obedience=1",)


def directions() -> Iterator[str]:
    """P3 and P5."""
    yield "## P3 and P5, held out: evidence about segments, firmness with feedback\n"
    yield prose(
        f"`python -m tests.patterns.segments`; here {WORLDS} worlds each. P3: share of worlds in which a probe ends at",
        "the founders' group though the other is better, by what the leader looks at. The second world is one in which",
        "it cannot hold: customers use the product for the founders' sake. In the third the founders know nobody, and what",
        "is left is the noise of payments.",
    )
    rows = []
    for name, changes in (
        ("as it is", ()),
        ("use is courtesy", segments.COURTEOUS),
        ("founders know nobody", segments.ALIKE),
    ):
        wrong = segments.misled(WORLDS, overrides=changes)
        gap = interval(wrong["probe_payments"] - wrong["probe_usage"])
        shares = (f"{wrong[p].mean():.2f}" for p in ("probe_payments", "probe_usage"))
        rows.append((name, *shares, between(gap), _verdict(gap[1] > 0)))
    yield table(("world", "payments", "usage", "difference [95 %]", "P3"), rows)
    yield "Recurring revenue after three years against serving both, by weeks of a probe on usage that never ends early:\n"
    rows = []
    for name, changes in (("as it is", ()), ("groups alike", segments.CERTAIN)):
        waits = segments.by_probe(WORLDS // 2, overrides=changes)
        best = max(waits, key=lambda weeks: waits[weeks].mean())
        inside = best not in (segments.PROBES[0], segments.PROBES[-1])
        rows.append((name, *(f"{waits[weeks].mean():+.1f} %" for weeks in segments.PROBES), _verdict(inside)))
    yield table(("world", *(f"{weeks}" for weeks in segments.PROBES), "best inside"), rows)
    yield prose(
        "P5: new ARR of four years against leaving reps alone. A direction that half of the work follows, looked at again",
        "every quarter (`half_13`), against one kept for ever, the same look that binds nobody, a hard edge, and whims.",
    )
    rows = []
    for name, changes in (("as it is", ()), ("no better direction", segments.STEADY)):
        grid = segments.spiral(WORLDS, overrides=changes)
        for other in ("half_never", "soft_13", "firm_13", "firm_whim"):
            gap = interval(grid["half_13"] - grid[other])
            rows.append((name, f"half_13 less {other}", between(gap, 1) + " %", _verdict(gap[1] > 0)))
    yield table(("world", "compared", "difference [95 %]", "ahead"), rows)


def roads() -> Iterator[str]:
    """P4 and P6."""
    yield "## P4 and P6, held out: half-hearted tries, short horizons\n"
    yield prose(
        f"`python -m tests.patterns.mission_patterns`; here {WORLDS} worlds. P4: what the leader believes when the first",
        "road has been tried with all of the team's time and with 30 % of it; then where a road shows itself at once.",
    )
    rows = []
    for name, changes in (("as it is", ()), ("hazard .2", EVIDENT)):
        full, half = mission_patterns.tries(WORLDS, changes)
        gap = interval(mission_patterns.brier(half) - mission_patterns.brier(full))
        missed = (f"{mission_patterns.missed(found)[0]:.2f}" for found in (full, half))
        known = (f"{np.mean([np.isfinite(t.known_after) for t in found]):.2f}" for found in (full, half))
        rows.append((name, between(gap), *missed, *known, _verdict(gap[1] > 0)))
    yield table(
        (
            "world",
            "Brier, half less full [95 %]",
            "given up though passable: full",
            "half",
            "known: full",
            "half",
            "P4",
        ),
        rows,
    )
    yield prose(
        "P6: people judged by a quarter less people judged by a year, in units of the latter; then where everybody gives",
        "what is asked.",
    )
    rows = []
    for name, changes in (("as it is", ()), ("obedience 1", OBEDIENT)):
        found = mission_patterns.horizons(WORLDS, changes)
        gaps = {
            o: interval(mission_patterns.relative(found[o]))
            for o in ("mission_effort", "missions_won", "deals_won")
        }
        held = gaps["mission_effort"][2] < 0 and gaps["deals_won"][1] > 0
        rows.append((name, *(between(gap) for gap in gaps.values()), _verdict(held)))
    yield table(("world", "effort", "roads opened", "deals won", "P6"), rows)


def _verdict(held: bool) -> str:
    return "holds" if held else "does not hold"
