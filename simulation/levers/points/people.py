"""Points about people's time and how they are judged."""

from __future__ import annotations

from typing import NamedTuple


class Meeting(NamedTuple):
    """Point `meetings`: hours each rep spends in a retrospective this week, 0 for none."""

    hours: float


class Writing(NamedTuple):
    """Point `writing`: share of selling time spent writing the playbook, and by whom."""

    share: float
    writers: str  # "top" (best performers of the segment) or "everyone"


class Terms(NamedTuple):
    """Point `terms`: how people are judged, and what they are promised in a transition."""

    horizon: int  # weeks of results a judgement looks at
    tolerance: float  # 0..1, share of a shortfall that is forgiven
    guarantee_weeks: int  # pay is guaranteed for so many weeks after a change of territory
    quota_relief: float  # 0..1, share of the quota lifted in these weeks
    pay_mix: float = 0.5  # 0..1, variable share of pay at quota
    credit_weeks: int = 0  # deals won so soon after a hand-over count for the former rep too
