"""Learn: from the field, from peers and the playbook; the playbook learns from those who outperform it."""

from __future__ import annotations

from typing import Any

from benchmarks.reference.beliefs import Beliefs, right_less_wrong, take_in
from benchmarks.reference.develop import read_playbook
from benchmarks.reference.missions import learn_craft
from benchmarks.reference.playbook import write_playbook

WRITING_WEEKS = 4
"""The playbook is revised every four weeks."""
CAPABILITY_HOURS = 2.0
"""Hours of a retrospective that count as one."""


def learn(model: Any) -> None:
    """Field, peers and playbook teach; then knowledge and skills are worked out anew."""
    if model.drifts:
        drift(model)
    selling = [rep for rep in model.reps if rep.selling]
    if model.gate_open("field_learning"):
        for rep in selling:
            rep.learn_from_the_field()
    meets = model.meeting.hours > 0
    writes = model.writing.share > 0 and model.week % WRITING_WEEKS == 0
    if meets or writes:
        judge(model)
    if meets:
        exchange(model)
    playbook_open = model.gate_open("playbook")
    if playbook_open and meets:
        for rep in selling:
            read_playbook(model, rep, "reading", model.p.socialisation)
    if playbook_open and writes:
        write_playbook(model, WRITING_WEEKS)
    if playbook_open and (writes or model.drifts or not model.knows_depth):
        everything = model.number(model.practices)
        for segment in model.segments:
            right = right_less_wrong(segment.playbook, segment.reality)
            segment.depth = model.number(right) / everything
        model.knows_depth = True
    for rep in model.reps:
        rep.count_knowledge(playbook_open)
        rep.count_skill()
    learn_craft(model)
    organise(model)


def drift(model: Any) -> None:
    """Each practice of a segment turns round with the segment's chance; shared ones turn together, at the mean chance."""
    segments, luck, week = model.segments, model.luck, model.week
    mean = model.number(0.0)
    for segment in segments:
        mean += segment.weekly_drift / model.number(len(segments))
    together = [luck.drift_of_all(week, practice) < mean for practice in range(model.practices)]
    for segment in segments:
        flips = [
            together[d] if model.shared[d] else luck.drift(week, segment.index, d) < segment.weekly_drift
            for d in range(model.practices)
        ]
        segment.drift(flips)


def judge(model: Any) -> None:
    """Performance as others see it: knowledge plus an error."""
    noise = model.p.performance_noise
    for rep in model.reps:
        rep.performance = [
            knowledge + noise * model.luck.judgement(model.week, rep, s)
            for s, knowledge in enumerate(rep.knowledge)
        ]


def exchange(model: Any) -> None:
    """At a retrospective each rep takes over practices of the best performer in the team, segment by segment."""
    before = {rep: [list(beliefs) for beliefs in rep.beliefs] for rep in model.reps}
    for manager in model.managers:
        team = [rep for rep in manager.team if rep.selling]
        for s in range(len(model.segments) if team else 0):
            best = max(team, key=lambda rep: rep.performance[s])
            for rep in team:
                if rep is not best:
                    taken = model.luck.takes_over(
                        "peers", model.week, rep, s, model.p.peer_exchange, model.practices
                    )
                    copy_beliefs(before[best][s], rep.beliefs[s], taken)


def copy_beliefs(of: Beliefs, beliefs: Beliefs, taken: list[bool]) -> None:
    for practice, belief in enumerate(of):
        if belief and taken[practice]:
            beliefs[practice] = belief


def organise(model: Any) -> None:
    """Process maturity grows with writing and fades with drift; the capability to work together grows with both.

    Drift turns a practice around, so a process written down is then wrong where it was right: it counts twice.
    """
    p, share, hours = model.p, model.written, model.meeting.hours
    if not (share or hours or model.maturity):
        return
    grown = float(p.maturity_rate) * share * (1 - model.maturity)
    faded = 2 * model.mean_drift() * model.maturity
    model.maturity = min(1.0, max(0.0, model.maturity + grown - faded))
    gain = float(p.capability_rate) * (hours / CAPABILITY_HOURS) + float(p.capability_process) * grown
    model.capability = min(1.0, model.capability + gain * (1 - model.capability))


class Learning:
    """How a rep learns by doing."""

    model: Any

    def learn_from_the_field(self) -> None:
        """Touches reveal practices, sometimes wrongly; time lets each fade, and use finds it again.

        At full exposure the rate is one practice in `practices` per `ramp_weeks` for each practice: the learning curve of
        the ramp.
        """
        model, p, number = self.model, self.model.p, self.model.number
        practices = number(model.practices)
        per_touch = practices / (p.ramp_weeks * (p.hours_per_week * p.selling_share))
        speed = per_touch * (1.0 + p.coaching * self.manager.coaching)
        fading = -model.arithmetic.log(p.retention_month) * (12.0 / 52.0)
        for s in range(len(model.segments)):
            met = self.touches[s] + self.care * number(self.installed[s])
            self.left_discovery[s] -= speed * met
            self.left_forgetting[s] -= fading * practices  # a lapse of what is not known changes nothing
            while self.left_discovery[s] <= 0.0:
                threshold, practice, wrong = self._lesson("discovery", s, self.discoveries[s])
                truth = model.segments[s].reality[practice]
                take_in(self.beliefs, s, practice, -truth if wrong < p.superstition else truth, model.shared)
                self.left_discovery[s] += threshold
                self.discoveries[s] += 1
            while self.left_forgetting[s] <= 0.0:
                threshold, practice, _ = self._lesson("lapse", s, self.lapses[s])
                self.beliefs[s][practice] = 0
                self.left_forgetting[s] += threshold
                self.lapses[s] += 1

    def _lesson(self, kind: str, s: int, number: int) -> tuple[Any, int, Any]:
        """The n-th discovery or lapse of a person in a segment is the same under every policy, only its week differs."""
        return self.model.luck.lesson(kind, self, s, number, self.model.practices)
