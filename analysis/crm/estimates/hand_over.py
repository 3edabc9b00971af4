"""What a change of owner does to the deals that are open when it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.crm.estimates.histories import WON, Histories, hazards
from analysis.crm.finding import DRAWS, Estimate, Floats, Ints, cannot_tell, generator, judged

if TYPE_CHECKING:
    import pandas as pd

    from analysis.crm.table import Crm

LEAST = 50
MATTERS = 0.15
"""The published loss of an account's sales in the year after its rep changes is 13-18 % (Shi and others 2017)."""
NAME, UNIT = "hand_over", "ratio"


def hand_over(crm: Crm, history: Histories) -> Estimate:
    """Wins after a change of owner over those expected at the same ages without one; the common hazards are the measure.

    Time before the change does not count, so that a deal that lived to see one is not taken for a good one.
    """
    moves = crm.moves[crm.moves["day"].notna() & (crm.moves["before"] != "") & (crm.moves["after"] != "")]
    if moves.empty:
        return cannot_tell(NAME, UNIT, "no changes of owner with a day and both names in the data")
    deal, day = _touched(crm, moves)
    inside = (day > history.begun[deal]) & (day < history.ended[deal])
    deal, day = deal[inside], day[inside]
    if len(deal) < LEAST:
        return cannot_tell(NAME, UNIT, f"only {len(deal)} deals changed hands while open", len(deal))
    exposure = np.concatenate(([0.0], np.cumsum(hazards(history.counts())[WON - 1])))
    # The week of the change counts from the day of it: what was won earlier in that week did not live to see it.
    before = np.interp((day - history.begun[deal]) / 7, np.arange(len(exposure)), exposure)
    due = float((exposure[history.age[deal] + 1] - before).sum())
    won = int((history.cause[deal] == WON).sum())
    draws = generator(61).gamma(won + 0.5, 1.0, DRAWS) / max(due, 1e-9)  # Jeffreys' posterior of a rate
    return judged(
        NAME, won / max(due, 1e-9), draws, UNIT, len(deal), none=1.0, matters=MATTERS,
        words={
            "found": "wins of deals after a change of owner against others of the same age",
            "not_found": "deals that changed hands are won as often as others of the same age",
            "cannot_tell": "too few deals changed hands to tell; some change hands because they go badly",
        },
    )  # fmt: skip


def _touched(crm: Crm, moves: pd.DataFrame) -> tuple[Ints, Floats]:
    """Places of the deals concerned and the day of the last change of each, their own or their account's."""
    import pandas as pd

    pieces = []
    for what in ("deal", "account"):
        mine = moves[moves["what"] == what]
        names = crm.deals[what]
        pairs = pd.DataFrame({"name": names, "place": np.arange(len(names))}).merge(
            mine[["name", "day"]], on="name"
        )
        pieces.append(pairs)
    found = pd.concat(pieces).sort_values("day").drop_duplicates("place", keep="last")
    return found["place"].to_numpy(np.int64), found["day"].to_numpy(np.float64)
