"""The closed list of decision points: what a lever is shown, and what it may answer.

A phase asks a point once; the levers that define a method of that name answer in alphabetical order of their names, each
receiving what the one before it said. All arrays are read-only for levers. Weeks are absolute (0-based).
"""

from __future__ import annotations

from simulation.levers.points.choices import (
    Choice,
    ChoiceState,
    Reading,
    ReadingState,
    Shares,
    SharesState,
)
from simulation.levers.points.decisions import (
    Action,
    DecisionState,
    Evidence,
    EvidenceState,
    ReviewState,
    ReviewTerms,
)
from simulation.levers.points.development import NO_PROGRAMME, Programme
from simulation.levers.points.missions import (
    AbandonState,
    Goals,
    StaffingPlan,
    StaffingState,
)
from simulation.levers.points.people import (
    Meeting,
    Terms,
    Writing,
)
from simulation.levers.points.pools import PoolTerms
from simulation.levers.points.territories import (
    ReleaseState,
    ReleaseTerms,
    TerritoryPlan,
    TerritoryState,
)

__all__ = [
    "ANSWERED_BY_DEFAULT",
    "NO_PROGRAMME",
    "POINTS",
    "AbandonState",
    "Action",
    "Choice",
    "ChoiceState",
    "DecisionState",
    "Evidence",
    "EvidenceState",
    "Goals",
    "Meeting",
    "PoolTerms",
    "Programme",
    "Reading",
    "ReadingState",
    "ReleaseState",
    "ReleaseTerms",
    "ReviewState",
    "ReviewTerms",
    "Shares",
    "SharesState",
    "StaffingPlan",
    "StaffingState",
    "Terms",
    "TerritoryPlan",
    "TerritoryState",
    "Writing",
]

POINTS = (
    "abandon",
    "candour",
    "choice",
    "decision",
    "developing",
    "evidence",
    "goals",
    "interviews",
    "meetings",
    "pooling",
    "reading",
    "recording",
    "releases",
    "review",
    "scouting",
    "sharing",
    "staffing",
    "terms",
    "territories",
    "watching",
    "writing",
)
"""Names of all decision points. Plain values pass at six: `candour` how safe bad news is, 0..1; `watching` whether the
leader compares segments; `interviews` a number a week and segment; `abandon` whether a mission is called off; `scouting`
whether the leader follows missions in person and not by reports; `recording` whether conversations are recorded."""

ANSWERED_BY_DEFAULT = ("evidence", "reading")
"""Points where a lever has something to say even without a setting; at all others it repeats what was said before it."""
