"""Point of the phase `plan`: when private accounts go back to the public pool, and who may claim how many."""

from __future__ import annotations

from typing import NamedTuple


class PoolTerms(NamedTuple):
    """Answer at `pooling`: the rules of the public pool this week. 0 weeks: never; contracts never go back."""

    untouched: int  # weeks without a touch after which a prospect or lead goes back
    unclosed: int  # weeks since it was qualified after which an open deal goes back
    claims: int  # prospects a rep may claim in a week
    cap: int  # prospects a rep may hold
    locks: int  # accounts each rep may keep whatever the clock says: those of the highest expected value
    cooling_off: int  # weeks in which the former owner may not claim an account that went back
