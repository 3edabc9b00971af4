"""Reps: a seat and the person in it. What a rep does in a week stands in the files of the phases."""

from __future__ import annotations

from typing import Any

from mesa import Agent

from benchmarks.reference.arithmetic import sum_of
from benchmarks.reference.beliefs import help_of, right_less_wrong
from benchmarks.reference.feel import Feeling
from benchmarks.reference.learn import Learning
from benchmarks.reference.names import NEVER
from benchmarks.reference.plan import Planning
from benchmarks.reference.work import Working

RECORDS = (
    *("stage_moves", "deals", "usage", "payments", "stated"),
    *("progress", "practices", "findings", "interviews"),
)
"""Weekly figures that a leader's evidence is made of."""


class Rep(Planning, Working, Learning, Feeling, Agent):
    """A vacant seat keeps the last person's figures until a successor comes."""

    def __init__(self, model: Any, seat: int, manager: Any) -> None:
        super().__init__(model)
        self.seat, self.manager = seat, manager
        manager.team.append(self)
        number, segments = model.number, len(model.segments)
        nothing = number(0.0)
        self.person = 0  # how many sat here before
        self.selling, self.vacant_since, self.leaves = True, 0, ""
        # the book
        self.book_stale = True  # accounts changed hands
        self.book_value, self.installed, self.bond = 0, [0] * segments, nothing
        self.prospects = self.open_deals = self.places = 0
        self.lost_value = self.gained_value = 0  # cents taken and given this week
        # territory
        self.member, self.member_week, self.changed_week = False, NEVER, -NEVER
        self.home: int | None = None
        self.focus, self.allowed, self.hard_edge, self.leaving = nothing, [True] * segments, False, False
        # this week's work
        self.effort = self.spur = number(1.0)
        self.reach = self.care = self.push = self.lift = nothing
        self.away = self.given = self.person_weeks = self.credit = self.mood = self.faked = nothing
        self.touches = [nothing] * segments
        self.bookings = 0.0  # money
        self.may_write = [False] * segments
        # knowledge as worked out last, and as others judge it
        self.knowledge, self.performance = [nothing] * segments, [nothing] * segments
        self.helped, self.skill = [nothing] * segments, [nothing] * segments
        self.applied = self.applied_before = nothing
        self.frozen_morale: Any = None
        # missions: what a leaver had stays written until a successor comes
        self.mission: Any = None
        self.mission_time = self.told = self.road = self.owed = nothing
        self.stated = self.upward = 0.0  # pipeline, cents
        self.records = {name: [nothing] * (model.burn_in + model.weeks) for name in RECORDS}
        self.sit_down(newcomer=False)
        self.begin()

    @property
    def word(self) -> int:
        """Identity of the person in draws."""
        return self.person << 16 | self.seat

    def sit_down(self, newcomer: bool) -> None:
        """A person takes the seat. A newcomer has read part of the playbook; at first tenures are spread out."""
        model, p, number = self.model, self.model.p, self.model.number
        luck = model.luck
        self.person += newcomer
        self.talent, optimism, self.left_resign, self.left_dismiss, tenure = luck.person(self)
        self.optimism = p.optimism + p.optimism_spread * optimism
        self.tenure = 0 if newcomer else int(min(2000.0, tenure * p.initial_tenure))
        self.disposition = luck.disposition(self)
        self.pilot_lot = luck.pilot_lot(self)
        self.volunteer_lots = [luck.volunteer_lot(self, m.place) for m in model.missions]
        # newcomers expect, and are expected to book, less at first
        self.result = self.attainment = self.aspiration = number(0.8 if newcomer else 1.0)
        self.morale, self.conviction = p.morale_rest, number(0.5)
        self.boldness, self.deal_aspiration = number(0.5), number(-1.0)  # -1: expects nothing yet
        self.mission = None
        self.craft = self.craft_fresh = self.bond_norm = number(0.0)
        self.pipeline_norm = self.earnings = 0.0
        self.beliefs, self.left_discovery, self.left_forgetting = [], [], []
        for s, segment in enumerate(model.segments):
            read = luck.has_read(self, s, p.onboarding_reading, model.practices)
            self.beliefs.append([e if r else 0 for e, r in zip(segment.playbook, read, strict=True)])
            discovery, forgetting = luck.thresholds_of_learning(self, s)
            self.left_discovery.append(discovery)
            self.left_forgetting.append(forgetting)
        self.discoveries, self.lapses = [0] * len(model.segments), [0] * len(model.segments)

    def begin(self) -> None:
        """Begin to sell with what one knows, and without having seen a change of territory."""
        self.selling, self.changed_week = True, -NEVER
        self.count_knowledge()
        self.count_skill()
        self.applied = sum_of(self.knowledge) / self.model.number(len(self.knowledge))

    @property
    def customers_in_book(self) -> int:
        return sum(self.installed)

    def count_knowledge(self, playbook_too: bool = True) -> None:
        """Knowledge of each segment, and what the playbook helps: right less wrong, of all practices."""
        model, number = self.model, self.model.number
        everything = number(model.practices)
        for s, segment in enumerate(model.segments):
            beliefs, reality = self.beliefs[s], segment.reality
            if playbook_too:
                self.helped[s] = number(help_of(segment.playbook, beliefs, reality)) / everything
            self.knowledge[s] = number(right_less_wrong(beliefs, reality)) / everything

    def count_skill(self) -> None:
        """What the rep brings to a deal, logits: talent, log proficiency, and the help of the playbook.

        Proficiency is a general ramp and knowledge of the segment.
        """
        p, arithmetic, number = self.model.p, self.model.arithmetic, self.model.number
        special = p.segment_specific_share
        ramp = 1.0 - arithmetic.exp(-number(self.tenure) / p.ramp_weeks)
        for s, knowledge in enumerate(self.knowledge):
            ready = (1.0 - special) * ramp + special * (knowledge / p.knowledge_reference)
            proficiency = max(0.3, p.newcomer_level + (1.0 - p.newcomer_level) * ready)
            own = p.talent_weight * self.talent + p.skill_weight * arithmetic.log(proficiency)
            self.skill[s] = own + p.playbook_weight * self.helped[s]
