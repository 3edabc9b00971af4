"""State as columns: one array per attribute, one row per customer, rep, manager or segment.

Kernels take columns; Mesa agents are views of one row (`simulation.world.agents`). A customer takes at most 64 bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from simulation.world.tables import Columns, column

PROSPECT, LEAD, QUALIFIED, PROPOSAL, CUSTOMER, LOST, UNDECIDED, CHURNED = range(8)
STAGES = ("prospect", "lead", "qualified", "proposal", "customer", "lost", "no decision", "churned")
NOBODY = -1
NEVER = 32_000
"""A week that does not come: no event is due."""

SEGMENT_SHIFT = 27
"""A customer's identity in draws is (segment << 27) | index within the segment, so that one more customer in a segment
or one more segment leaves the draws of all others as they were."""


F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I16 = NDArray[np.int16]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]


@dataclass
class CustomerColumns(Columns):
    """Customers, sorted by segment."""

    segment: U8 = column(np.uint8)
    stage: U8 = column(np.uint8)
    owner: I16 = column(np.int16, fill=NOBODY)  # seat of the rep
    former_owner: I16 = column(np.int16, fill=NOBODY)
    handover_week: I16 = column(np.int16, fill=-NEVER)  # last change of rep
    stage_week: I16 = column(np.int16)  # week the present stage began
    touched_week: I16 = column(np.int16, fill=-NEVER)
    due_week: I16 = column(np.int16, fill=NEVER)  # renewal, end of cooling, or next chance to surface
    opportunity: NDArray[np.uint16] = column(np.uint16)  # number of opportunities so far
    fit: F32 = column(np.float32)  # product fit, sd units
    size: F32 = column(np.float32)  # the customer's part of log deal value, sd units
    firm_relationship: F32 = column(np.float32)  # 0-1
    relationship: F32 = column(np.float32)  # with the present rep, 0-1
    usage: F32 = column(np.float32)  # depth 0-1
    hunch: F32 = column(np.float32)  # what its rep feels about a claimed prospect, sd units
    value: I64 = column(np.int64)  # cents a year: of the contract, or of the open deal


@dataclass
class DealColumns(Columns):
    """Open deals in the order of work: what ends with a deal, and copies of what its customer has for longer.

    A closed deal keeps its place, and says in `stage` how it ended, until the lists are made anew (`world/deals.py`).
    """

    row: U32 = column(np.uint32)  # of the customer
    seat: I16 = column(np.int16, fill=NOBODY)  # of the rep, as the week was planned; nobody once it is closed
    segment: U8 = column(np.uint8)
    stage: U8 = column(np.uint8)
    qualified_week: I16 = column(np.int16)
    fit: F32 = column(np.float32)
    firm_relationship: F32 = column(np.float32)
    score: F32 = column(np.float32)  # what only the deal itself knows, logits
    left_advance: F32 = column(np.float32)  # hazard left until each cause strikes
    left_loss: F32 = column(np.float32)
    left_undecided: F32 = column(np.float32)
    value: I64 = column(np.int64)  # cents a year
    chance: F32 = column(np.float32)  # to be won, as the last week ended


@dataclass
class RepColumns(Columns):
    """Seats and the persons in them. A vacant seat keeps the last person's figures until a successor comes."""

    person: I32 = column(np.int32)  # how many persons sat here before
    manager: I32 = column(np.int32)
    selling: NDArray[np.bool_] = column(np.bool_, fill=True)
    vacant_since: I32 = column(np.int32)
    talent: F32 = column(np.float32)  # sd units
    optimism: F32 = column(np.float32)  # logits
    tenure: I32 = column(np.int32)  # weeks
    morale: F32 = column(np.float32)
    conviction: F32 = column(np.float32, fill=0.5)
    result: F32 = column(np.float32)  # running attainment people feel
    attainment: F32 = column(np.float32)  # running attainment people are judged by
    aspiration: F32 = column(np.float32)
    boldness: F32 = column(np.float32, fill=0.5)  # propensity to start deals where the person knows less
    deal_aspiration: F32 = column(
        np.float32, fill=-1
    )  # pay of a deal the person expects, cents; -1: none yet
    earnings: NDArray[np.float64] = column(np.float64)  # commission so far, money
    bookings: NDArray[np.float64] = column(np.float64)  # this week, money
    bond: F32 = column(np.float32)  # money of the book weighted by relationship
    bond_norm: F32 = column(np.float32)  # ... as the rep is used to
    book_value: I64 = column(np.int64)  # cents a year under contract or open
    open_deals: I32 = column(np.int32)
    prospects: I32 = column(np.int32)
    installed: I32 = column(np.int32, "segments")  # customers under contract by segment
    changed_week: I32 = column(np.int32, fill=-NEVER)  # territory last changed
    effort: F32 = column(np.float32, fill=1)
    reach: F32 = column(np.float32)  # touches per open deal this week
    care: F32 = column(np.float32)  # touches per customer this week
    left_resign: F32 = column(np.float32)
    left_dismiss: F32 = column(np.float32)
    pipeline_norm: NDArray[np.float64] = column(
        np.float64
    )  # stated pipeline the rep is expected to have, cents
    applied: F32 = column(np.float32)  # knowledge where the rep works
    member: NDArray[np.bool_] = column(np.bool_)  # under the policy
    member_week: I32 = column(np.int32, fill=NEVER)  # since when
    home: I32 = column(np.int32, fill=NOBODY)
    focus: F32 = column(np.float32)
    allowed: NDArray[np.bool_] = column(np.bool_, "segments", fill=True)
    known: U32 = column(np.uint32, "segments")  # bit set: a belief on this practice
    sign: U32 = column(np.uint32, "segments")  # bit set: believes yes
    touches: F32 = column(np.float32, "segments")  # this week
    left_discovery: F32 = column(np.float32, "segments")
    left_forgetting: F32 = column(np.float32, "segments")
    discoveries: I32 = column(np.int32, "segments")
    lapses: I32 = column(np.int32, "segments")
    skill: F32 = column(np.float32, "segments")  # what the rep brings to a deal there, logits
    mission: I32 = column(np.int32, fill=NOBODY)  # position of the mission, -1 for none
    mission_time: F32 = column(np.float32)  # share of selling time asked for it
    told: F32 = column(np.float32)  # chance of a passable road that the rep was told
    road: F32 = column(np.float32)  # ... and that the rep believes
    owed: F32 = column(np.float32)  # attainment that the mission has cost so far
    craft: F32 = column(np.float32)  # 0-1, from missions; stays with the person
    craft_fresh: F32 = column(np.float32)  # craft since the last debrief


@dataclass
class ManagerColumns(Columns):
    """Managers: how they see and pass on their team's pipeline, and how well they coach."""

    optimism: F32 = column(np.float32)
    coaching: F32 = column(np.float32)  # 0-1
    pipeline_norm: NDArray[np.float64] = column(np.float64)
    stated: NDArray[np.float64] = column(np.float64)


@dataclass
class PlaybookColumns(Columns):
    """The organisation's code, one row per segment."""

    known: U32 = column(np.uint32)
    sign: U32 = column(np.uint32)
    reality: U32 = column(np.uint32)  # bit set: yes works here


@dataclass
class SegmentColumns(Columns):
    """What the firm does in each segment, what was seen there of late, and what the leader believes of it."""

    rnd: F32 = column(np.float32)  # share of R&D
    gain: F32 = column(np.float32)  # fit gained by R&D, sd units
    paid: F64 = column(np.float64)  # money won, fading
    wins: F64 = column(np.float64)
    worked: F64 = column(np.float64)  # touches
    use: F64 = column(
        np.float64
    )  # depth of use of customers won since the start week, against the usual, sd of fit
    users: F64 = column(np.float64)  # ... and their effective number
    heard: F64 = column(np.float64)  # mean fit shown in interviews, fading
    asked: F64 = column(np.float64)
    mean: F64 = column(np.float64)  # belief about fit, sd units
    variance: F64 = column(np.float64)
    best: F64 = column(np.float64)  # chance to be the best


@dataclass
class MissionColumns(Columns):
    """Missions: the round that is on, or was the last."""

    status: U8 = column(np.uint8)  # see `simulation.world.missions`
    round: I32 = column(np.int32, fill=-1)
    begun: I32 = column(np.int32)  # week its first team set out
    ended: I32 = column(np.int32)
    wanted: I32 = column(np.int32)  # size of the team
    led: NDArray[np.bool_] = column(np.bool_)  # by the leader in person
    effort: NDArray[np.float64] = column(np.float64)  # person-weeks at full competence
    feasible: NDArray[np.bool_] = column(np.bool_)  # whether the road is passable: nobody knows
    left: F32 = column(np.float32)  # hazard left until the breakthrough
    prize: I64 = column(np.int64)  # cents a year
    misjudged: F32 = column(np.float32)  # error in judging its effort where goals are vague, sd units
    belief: F32 = column(np.float32)  # the leader's, that the road is passable


RECORDS = (
    "stage_moves",
    "deals",
    "usage",
    "payments",
    "stated",
    "progress",
    "practices",
    "findings",
    "interviews",
)
"""Weekly figures per rep that a leader's evidence is made of, in the order of `State.records`."""
STAGE_MOVES, DEALS, USAGE, PAYMENTS, STATED, PROGRESS, PRACTICES, FINDINGS, INTERVIEWS = range(len(RECORDS))


@dataclass
class State:
    """Everything that changes. `week` is the week about to be lived; burn-in weeks are negative."""

    week: int
    customers: CustomerColumns
    deals: DealColumns
    reps: RepColumns
    managers: ManagerColumns
    playbook: PlaybookColumns
    segments: SegmentColumns
    missions: MissionColumns
    arr: int  # cents
    quota: float  # money a week
    bookings: tuple[float, int]  # since the quota was set: sum of weekly means over selling reps, and weeks
    renewals: NDArray[np.int64]  # (52, 2) cents due and cents after renewal, by week modulo 52
    records: NDArray[np.float32]  # (records, burn-in + weeks, reps) what evidence sees, see RECORDS
    returns: NDArray[
        np.int64
    ]  # (accounts, 4) row, seat, person, last week: hand-overs with a right of return
    n_deals: int = 0  # rows of `deals` in use
    contracts: int = 0  # customers under contract
    credits: NDArray[np.int64] = field(
        default_factory=lambda: np.zeros((0, 5), np.int64)
    )  # (deals, 5) row, seat, person, last week, opportunity: deals moved while open, of which the old rep has half
    recorded_since: int = NEVER  # week since which conversations have been recorded
    focus: int = NOBODY  # segment the leader has chosen
    committed: bool = False  # ... no longer as a trial
    given_up: bool = False  # the policy has been withdrawn: no segment is chosen any more
    commit_week: int = -1  # of the first commitment
    switches: int = 0  # commitments to another segment after the first
    best_segment: int = (
        NOBODY  # the right choice, which nobody knows; worked out only where the leader compares segments
    )

    opened: NDArray[np.int64] = field(
        default_factory=lambda: np.zeros((0, 3), np.int64)
    )  # (roads, 3) mission, prize and what has been adopted, cents: missions' part of `arr`
    maturity: float = 0.0  # 0-1, of the firm's process
    capability: float = 0.0  # 0-1, of teams to work together

    def copy(self) -> State:
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return State(**{name: v.copy() if hasattr(v, "copy") else v for name, v in values.items()})
