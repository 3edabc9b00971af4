"""Working space of a week: nothing in it outlives the week except what is said to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.levers.points import NO_PROGRAMME, Meeting, Writing
from simulation.world.setting import Setting

COPIED = np.ndarray, dict, list


class Scratch:
    """Buffers that phases hand to each other within a week."""

    def __init__(self, setting: Setting) -> None:
        customers, reps, segments = int(setting.first[-1]), setting.reps, setting.segments
        # worklists: rows of accounts due this week or before `stock_until`, and of owned prospects; and how many
        self.due = np.empty(customers + 1, np.int64)
        self.waiting = np.empty(customers + 1, np.int64)
        self.soon = np.empty(customers + 1, np.int64)
        self.n_due = self.n_soon = self.n_waiting = 0
        self.stock_until = 0
        self.lists_stale = (
            True  # somebody changed customers from outside, or gave prospects to nobody: plan makes them anew
        )
        # counts of the week
        self.flows = np.zeros(4, np.int64)  # deals won, lost, undecided; new ARR
        self.contracts = np.zeros(
            6, np.int64
        )  # cents renewed, expansion, contraction, churn, due; how many end
        self.moved = dict.fromkeys(("policy", "exit", "hire"), 0)
        self.started = 0
        self.exits = self.resignations = 0
        self.transition_cost = 0.0
        self.hours = 0.0
        self.truth = 0.0
        self.lost_value = np.zeros(reps, np.int64)  # cents taken from each rep this week
        self.gained_value = np.zeros(reps, np.int64)  # ... and given
        self.push = np.zeros(reps, np.float32)
        self.stated_by_rep = np.zeros(reps + 1)  # the last one: deals without a rep
        self.away = np.zeros(
            reps, np.float32
        )  # share of selling time each spends elsewhere: writing, missions, training
        self.written = 0.0  # share of all selling time spent writing
        self.spur = np.ones(reps, np.float32)  # what goals and pay do to effort ...
        self.spurred = False  # ... other than under the firm's own
        self.given = np.zeros(reps, np.float32)  # share of selling time each gives to a mission
        self.person_weeks = np.zeros(reps, np.float32)  # ... and the effort that comes of it
        self.credit = np.zeros(reps, np.float32)  # attainment granted for time on a mission
        self.mood = np.zeros(reps, np.float32)  # what missions do to morale this week
        self.on_mission = False  # whether anybody is
        self.clarity = 0.0  # 0-1, how well people know what has been done ...
        self.clear_for = (-1.0, -1)  # ... for this specificity and cadence
        self.mission_cost = 0.0  # money this week
        self.roads_opened = 0
        self.shared_credit = 0.0  # money: commission paid twice
        self.pooled = 0  # accounts that went back to the pool
        self.faked = np.zeros(reps, np.float32)  # touches logged that never happened ...
        self.fake_touches = 0.0  # ... all together
        self.upward = np.zeros(reps)
        self.leaves = np.zeros(reps, np.int64)
        self.to_fill = np.zeros(reps + 1, np.int64)  # seats that have been vacant long enough
        self.figures = np.zeros(11)
        # what levers said this week
        self.meeting = Meeting(0.0)
        self.writing = Writing(0.0, "top")
        self.programme = NO_PROGRAMME
        self.programme_cost = 0.0  # money a week, of development and of recorded conversations
        self.rotated = False  # develop: some reps have been given another segment
        self.gaps = (0.0, 0.0)  # record, every four weeks
        self.terms, self.candour, self.goals = setting.terms, setting.openness, setting.goals
        # what outlives the week: caches and decisions, refreshed by the phases named
        self.may_write = np.zeros((reps, segments), np.bool_)  # learn, every four weeks
        self.stated = 0.0  # report: decide reads it next week
        self.books_stale = np.ones(
            reps, np.bool_
        )  # hand_over: accounts changed hands, so plan counts these books again
        self.knowledge = np.zeros((reps, segments), np.float32)  # learn
        self.knowledge_stale = True  # nothing has been learned yet, so neither knowledge nor depth is known
        self.performance = np.zeros((reps, segments), np.float32)  # learn: knowledge as others judge it
        self.depth = np.zeros(segments, np.float32)  # learn: playbook depth per segment
        self.helped = np.zeros((reps, segments), np.float32)  # learn: by the playbook
        self.team_exits = np.zeros((setting.managers, 2), np.float32)  # feel: leavers of last week, team size
        self.hard_edge = np.zeros(reps, np.bool_)  # decide
        self.belief_spread = 0.0  # record, every four weeks
        self.pending = np.zeros(0, np.int64)  # hand_over: accounts still to be released ...
        self.standing = np.zeros(
            0, np.float32
        )  # ... and where each stood by value when territories changed, 0-1
        self.territories_changed = False  # decide, for hand_over
        self.changed_week = 0  # decide: of the last change of territories
        self.leaving = np.zeros(
            reps, np.bool_
        )  # decide, for hand_over: seats for which the policy has just been given up
        self.inbound_any = False  # decide
        self.capacity: NDArray[np.float64] | None = (
            None  # decide: shares of the reps by segment, as a lever said
        )
        self.firmness = 1.0  # ... and how firmly reps keep to them
        self.interviews = 0  # decide: this week in each segment
        # values of the start week, for closed gates
        self.frozen_morale: NDArray[np.float32] | None = None
        self.frozen_ratio = 1.0
        self.ratios: list[float] = []  # stated over true pipeline, last 13 weeks

    def copy(self) -> Scratch:
        """Independent of this one: nothing here holds more than arrays, plain values and lists and mappings of them."""
        other = object.__new__(Scratch)
        values = self.__dict__.items()
        other.__dict__ = {name: v.copy() if isinstance(v, COPIED) else v for name, v in values}
        return other
