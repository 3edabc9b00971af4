"""From files of hypotheses to claims that can be run: every name and week checked against the scenario."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulation.outcomes import OUTCOMES
from simulation.parameters import OF_MISSIONS, OFF_BY_DEFAULT, PARAMETERS
from simulation.spec.beside import Change, load_changed, scenario_file
from simulation.spec.hypotheses import END, Hypothesis, Measured
from simulation.spec.load import FilePath
from simulation.spec.located import locate, validated
from simulation.spec.overrides import value_at
from simulation.spec.problems import Problem, SpecError, did_you_mean, show
from simulation.spec.schema import Scenario
from simulation.spec.yaml_reader import Node, read_file

PINNED = "world.parameters."
PAIRED = {"seed", "weeks", "start_week", "burn_in_weeks"}
"""What the two sides of a difference of differences share: else their luck or their weeks are not the same."""


@dataclass(frozen=True)
class Pair:
    """Two policies of one scenario."""

    scenario: Scenario
    policy: str
    against: str


@dataclass(frozen=True)
class Comparison:
    """One effect a claim is about: `pair`'s, less that of `minus` if there is one, in weeks `first` to `last`.

    `sign` is +1 where the claim says more and -1 where it says less; `smallest` is the smallest effect that matters in
    that direction, in `unit`: "absolute" (the outcome's own, money in currency units), "percent" or "sd".
    """

    pair: Pair
    minus: Pair | None
    outcome: str
    first: int
    last: int
    sign: int
    smallest: float
    unit: str
    differ: tuple[tuple[str, Any, Any], ...] = ()


@dataclass(frozen=True)
class Claim:
    """A hypothesis with its scenarios loaded. `varied` names the parameters over whose ranges it should hold."""

    id: str
    sentence: str
    file: str
    comparisons: tuple[Comparison, ...]
    varied: tuple[str, ...]
    flips_where: str = ""


def load_claims(paths: Iterable[FilePath], seed: int | None = None) -> list[Claim]:
    """The claims in some files, in that order. Raises `SpecError` with the problems of all files.

    `seed` replaces that of every scenario.
    """
    claims: list[Claim] = []
    problems: list[Problem] = []
    places: dict[str, str] = {}
    for path in paths:
        try:
            root = read_file(path)
            keys = set(root.value) if isinstance(root.value, dict) else set()
            if "world" in keys and "claim" not in keys:
                hint = f"compare {path} runs it"
                raise SpecError([Problem(str(path), 1, 1, "this is a scenario, not a claim", hint)])
            claim = claim_of(root, str(path), seed)
        except SpecError as error:
            problems.extend(error.problems)
            continue
        if claim.id in places:
            node, _ = locate(root, ("id",))
            problems.append(
                Problem.at(
                    node.mark, f"the id {show(claim.id)} is taken: {places[claim.id]}", "choose another"
                )
            )
        places[claim.id] = str(path)
        claims.append(claim)
    if problems:
        raise SpecError(problems)
    return claims


def read_hypothesis(path: FilePath) -> Hypothesis:
    """A hypothesis as it stands in its file, its scenario not looked at. Raises `SpecError`."""
    return validated(Hypothesis, read_file(path))


def claim_of(root: Node, file: str, seed: int | None = None) -> Claim:
    """The claim whose file reads as `root`. Raises `SpecError`, each problem at its place in the file."""
    hypothesis = validated(Hypothesis, root)
    reader = _Reader(root, file, hypothesis, seed)
    comparisons = [reader.comparison(hypothesis, ())]
    comparisons += [
        reader.comparison(_completed(part, hypothesis), ("also", n)) for n, part in enumerate(hypothesis.also)
    ]
    varied = reader.varied()
    if reader.problems:
        raise SpecError(reader.problems)
    return Claim(hypothesis.id, hypothesis.claim, file, tuple(comparisons), varied, hypothesis.flips_where)


def _completed(part: Measured, whole: Hypothesis) -> Measured:
    """A further comparison with what it leaves out taken from the first one. Weeks are taken together."""
    own = {name: value for name in Measured.model_fields if (value := getattr(part, name)) is not None}
    weeks = ("at", "first", "last")
    kept = [n for n in Measured.model_fields if n not in weeks or not any(w in own for w in weeks)]
    return part.model_copy(update={n: getattr(whole, n) for n in kept if n != "minus"} | own)


class _Reader:
    """Checks a hypothesis against its scenario and collects `problems`."""

    def __init__(self, root: Node, file: str, hypothesis: Hypothesis, seed: int | None) -> None:
        self.root, self.hypothesis, self.seed = root, hypothesis, seed
        self.problems: list[Problem] = []
        self.path = scenario_file(Path(file).parent, hypothesis.scenario, locate(root, ("scenario",))[0].mark)
        self.scenario = self._load(("set",), hypothesis.changes)
        self.pinned = _pinned(hypothesis.changes)

    def comparison(self, m: Measured, loc: tuple[str | int, ...]) -> Comparison:
        """One comparison; what is wrong with it goes to `problems`."""
        scenario = self.scenario
        policy, against = m.policy or "", m.against or scenario.baseline
        self._policy(policy, (*loc, "policy"))
        self._policy(against, (*loc, "against"))
        minus, differ = None, list[tuple[str, Any, Any]]()
        if m.minus is not None:
            at = (*loc, "minus", "set")
            for key in sorted(PAIRED & m.minus.changes.keys()):
                self._say(
                    (*at, key),
                    f"{key} has to be the same in both worlds that are compared",
                    "set it for the whole hypothesis",
                )
            changes = {key: value for key, value in m.minus.changes.items() if key not in PAIRED}
            there = self._load(at, changes)
            self.pinned |= _pinned(changes)
            ours, theirs = scenario.resolved(), there.resolved()
            differ = [(name, value_at(ours, name), value_at(theirs, name)) for name in changes]
            minus = Pair(there, m.minus.policy or policy, m.minus.against or against)
            self._policy(minus.policy, (*loc, "minus", "policy"))
            self._policy(minus.against, (*loc, "minus", "against"))
        if policy == against and minus is None:
            self._say(
                (*loc, "policy"), f"{show(policy)} is compared with itself", "name another policy in against"
            )
        first, last = self._weeks(m, loc)
        return Comparison(
            Pair(scenario, policy, against), minus, m.outcome or "", first, last,
            1 if m.direction == "more" else -1, m.smallest or 0.0, m.unit or "absolute", tuple(differ),
        )  # fmt: skip

    def varied(self) -> tuple[str, ...]:
        """The parameters to vary, in the order of the table.

        Those the hypothesis sets stay as they are; so do, unless it or the scenario says otherwise, mechanisms that are off.
        """
        wanted = self.hypothesis.holds_over
        for place, name in enumerate(wanted or ()):
            if name in self.pinned:
                self._say(
                    ("holds_over", place),
                    f"the parameter {show(name)} is set, so it cannot vary",
                    "leave it out",
                )
        if wanted is not None:
            return tuple(name for name in PARAMETERS if name in wanted)
        return tuple(name for name in doubtful(self.scenario) if name not in self.pinned)

    def _weeks(self, m: Measured, loc: tuple[str | int, ...]) -> tuple[int, int]:
        end, start = self.scenario.weeks - 1, self.scenario.start_week
        last, key = (end, "at") if m.at in (None, END) else (int(m.at or 0), "at")
        if m.last is not None:
            if m.at is not None:
                self._say((*loc, "to"), "at and to both name the last week", "keep one of the two")
            last, key = m.last, "to"
        outcome = OUTCOMES[m.outcome or ""]
        if not outcome.weekly and (m.first is not None or last != end):
            self._say(
                (*loc, key),
                f"the outcome '{outcome.name}' is of a whole run, not of a week",
                f"write at: {END}",
            )
        if outcome.reduce == "last" and m.first is not None:
            self._say(
                (*loc, "from"),
                f"the outcome '{outcome.name}' is a level, not a sum or mean over weeks",
                "leave it out",
            )
        first = start if m.first is None else m.first
        if last > end:
            self._say(
                (*loc, key),
                f"week {last} is after the end of the scenario, whose last week is {end}",
                "weeks count from 0",
            )
        elif last < start:
            self._say((*loc, key), f"in week {last} no policy has started; they do in week {start}", "")
        elif first > last:
            self._say((*loc, "from"), f"from is week {first}, after the last week counted, {last}", "")
        return first, last

    def _policy(self, name: str, loc: tuple[str | int, ...]) -> None:
        if name not in self.scenario.policies:
            self._say(
                loc,
                f"the scenario '{self.scenario.name}' has no policy {show(name)}",
                did_you_mean(name, self.scenario.policies),
            )

    def _load(self, loc: Sequence[str | int], changes: dict[str, Any]) -> Scenario:
        """The scenario with the hypothesis's own changes and, within `minus`, those of that part."""
        own = self.hypothesis.changes
        made = [self._change(("set",), key, own[key]) for key in own]
        if tuple(loc) != ("set",):
            made += [self._change(loc, key, changes[key]) for key in changes]
        policies, _ = locate(self.root, ("policies",))
        added = policies.value if self.hypothesis.policies and isinstance(policies.value, dict) else {}
        scenario = load_changed(self.path, made, deepcopy(added))  # changes change what they get
        if self.seed is not None:
            scenario = scenario.model_copy(update={"seed": self.seed})
        return scenario

    def _change(self, group: Sequence[str | int], key: str, value: Any) -> Change:
        node, _ = locate(self.root, (*group, key))
        return node.key or node.mark, key, value

    def _say(self, loc: Sequence[str | int], message: str, hint: str) -> None:
        node, missing = locate(self.root, loc)
        mark = node.head if missing is None else (node.key or node.mark)
        self.problems.append(Problem.at(mark, message, hint))


def doubtful(scenario: Scenario) -> tuple[str, ...]:
    """All parameters of low confidence and all assumptions, in the order of the table, but for mechanisms that are off."""
    off = {name for name in OFF_BY_DEFAULT if not scenario.world.parameters[name]}
    if not scenario.world.missions:
        off |= {name for name, p in PARAMETERS.items() if p.group == OF_MISSIONS}
    wide = (p for p in PARAMETERS.values() if p.confidence in ("L", "assumption"))
    return tuple(p.name for p in wide if p.name not in off)


def _pinned(changes: dict[str, Any]) -> set[str]:
    """The parameters that a group of changes sets."""
    whole = changes.get(PINNED.rstrip("."))
    names = set(whole) if isinstance(whole, dict) else set()
    return names | {key.removeprefix(PINNED) for key in changes if key.startswith(PINNED)}
