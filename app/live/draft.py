"""What a tab is about: a scenario, changes to its world, two policies, changes to the right one, and kept variants.

Plain data and the schema's own checks: nothing here knows the page.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.language import quoted, say
from app.live import controls
from app.refusals import problem_in_words, with_hint

if TYPE_CHECKING:
    from simulation.spec import Policy, Scenario

MOST_VARIANTS = 12
MOST_TEXT = 1_000_000
"""Characters of a file opened in the browser, as much as the reader of YAML takes."""


class Refused(Exception):  # noqa: N818 - it is what happened
    """What was asked for cannot be done; `lines` say why, one problem each."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True)
class Draft:
    """`scenario` as it was opened, with `text` if it came from the browser; `world` and `levers` are changes by path.

    `levers` belong to the policy `right`; `kept` are variants by name.
    """

    scenario: Scenario
    name: str
    text: str | None
    left: str
    right: str
    world: Mapping[str, Any] = field(default_factory=dict)
    levers: Mapping[str, Any] = field(default_factory=dict)
    kept: Mapping[str, Policy] = field(default_factory=dict)

    @property
    def policies(self) -> dict[str, Policy]:
        """All that can be chosen: those of the scenario, then the variants."""
        return {**self.scenario.policies, **self.kept}

    @property
    def shown(self) -> str:
        """The name of the right policy with its changes."""
        return _free(f"{self.right[:60]}_changed", self.policies) if self.levers else self.right

    def whole(self) -> Scenario:
        """The scenario with everything applied, as it is lived and saved. Raises `Refused`."""
        from simulation.runs.settings import with_settings
        from simulation.spec import SpecError

        policies = self.policies
        if self.levers:
            words = policies[self.right].description
            note = "; ".join(f"{path.replace('/', '.')}: {value}" for path, value in self.levers.items())
            about = f"{self.right}, with {note}. {words}"[:2000].strip()
            policies[self.shown] = policies[self.right].model_copy(update={"description": about})
        scenario = self.scenario.model_copy(update={"policies": policies})
        settings = {f"policies/{self.shown}/{path}": value for path, value in self.levers.items()} | dict(
            self.world
        )
        try:
            return with_settings(scenario, settings)
        except SpecError as error:
            # Changes stand in no file.
            raise Refused([problem_in_words(problem, located=False) for problem in error.problems]) from None

    def with_lever(self, path: str, value: Any) -> Draft:
        """Another setting of the right policy. Raises `Refused` if it does not fit."""
        levers = {**self.levers, path: value}
        if controls.value_at(self.policies[self.right], path) == value:
            levers.pop(path)
        return _sound(replace(self, levers=levers))

    def with_world(self, path: str, value: Any) -> Draft:
        """Another setting of the world. Raises `Refused` if it does not fit."""
        world = {**self.world, path: value}
        if controls.value_at(self.scenario, path) == value:
            world.pop(path)
        return _sound(replace(self, world=world))

    def keep(self, name: str) -> Draft:
        """The right policy as a variant of that name, chosen on the right. Raises `Refused`."""
        name = name.strip()
        if len(self.kept) >= MOST_VARIANTS and name not in self.kept:
            raise Refused([say("{n} variants are kept already: drop one first.", n=MOST_VARIANTS)])
        policy = self.whole().policies[self.shown]
        return replace(self.with_variant(name, policy), right=name, levers={})

    def with_variant(self, name: str, policy: Policy) -> Draft:
        """With one more variant, whose name is checked like one in a file. Raises `Refused`."""
        from pydantic import ValidationError

        if name in self.scenario.policies:  # also one kept by a browser, from before the scenario had it
            raise Refused(
                [say("{name} is a policy of the scenario: choose another name.", name=quoted(name))]
            )
        kept = {**self.kept, name: policy}
        try:
            given = {**dict(self.scenario), "policies": {**self.scenario.policies, **kept}}
            type(self.scenario).model_validate(given)
        except ValidationError as error:
            first = error.errors()[0]
            hint = first.get("ctx", {}).get("hint", "")
            raise Refused([with_hint(first["msg"], hint)]) from None
        return _sound(replace(self, kept=kept))

    def drop(self, name: str) -> Draft:
        """Without a variant."""
        kept = {key: policy for key, policy in self.kept.items() if key != name}
        other = self.scenario.baseline
        left, right = (other if side == name else side for side in (self.left, self.right))
        return replace(
            self, kept=kept, left=left, right=right, levers=self.levers if right == self.right else {}
        )

    def saved(self) -> dict[str, Any]:
        """Plain data from which `restored` makes this draft again: what a browser keeps over a reload."""
        kept = {name: policy.model_dump_json() for name, policy in self.kept.items()}
        return {
            "name": self.name, "own": self.text is not None, "left": self.left, "right": self.right,
            "world": dict(self.world), "levers": dict(self.levers), "kept": kept,
        }  # fmt: skip


def opened(name: str, text: str | None = None) -> Draft:
    """A scenario by the name of its file, or from the text of a file in the browser. Raises `Refused` with every problem."""
    from simulation.spec import SpecError

    try:
        scenario = _from_text(name, text) if text is not None else _from_list(name)
    except SpecError as error:
        raise Refused([problem_in_words(problem) for problem in error.problems]) from None
    others = [policy for policy in scenario.policies if policy != scenario.baseline]
    return Draft(scenario, name, text, scenario.baseline, others[0] if others else scenario.baseline)


def names() -> list[str]:
    """Scenarios there are to choose from."""
    from app.inputs import scenario_files

    return [file.stem for file in scenario_files()]


def restored(data: Any) -> Draft:
    """A draft from what a browser kept, which may be anything: what does not fit is left out. Raises `Refused`."""
    from simulation.spec import Policy

    if not isinstance(data, Mapping) or not isinstance(data.get("name"), str):
        raise Refused(["nothing was kept"])
    text = data.get("text")
    draft = opened(data["name"], text if isinstance(text, str) else None)
    for name, policy in _items(data.get("kept"))[:MOST_VARIANTS]:
        with suppress(ValueError, TypeError, Refused):
            draft = draft.with_variant(name, Policy.model_validate_json(policy))
    left, right = str(data.get("left")), str(data.get("right"))
    if left in draft.policies:
        draft = replace(draft, left=left)
    levers: dict[str, Any] = {}
    if right in draft.policies:
        draft, levers = replace(draft, right=right), _known(data.get("levers"), controls.lever_groups())
    changed = replace(
        draft, world=_known(data.get("world"), controls.world_groups(draft.scenario)), levers=levers
    )
    try:
        return _sound(changed)
    except Refused:  # values of another version
        return draft


def _known(data: Any, groups: tuple[controls.Group, ...]) -> dict[str, Any]:
    """Of what a browser kept, the settings there are, in their types."""
    found, by_path = {}, {control.path: control for control in controls.every(groups)}
    for path, value in _items(data):
        with suppress(ValueError, KeyError):
            found[path] = by_path[path].read(value)
    return found


def _items(data: Any) -> list[tuple[str, Any]]:
    if not isinstance(data, Mapping):
        return []
    return [
        (key, value)
        for key, value in data.items()
        if isinstance(key, str) and not isinstance(value, Mapping | list | tuple)
    ]


def _from_list(name: str) -> Scenario:
    from app.inputs import scenario_files
    from simulation.spec import Problem, SpecError, load_scenario

    for file in scenario_files():  # only these: a name is no path
        if file.stem == name:
            return load_scenario(file)
    raise SpecError([Problem(name[:80], 1, 1, "there is no such scenario", "choose one from the list")])


def _from_text(name: str, text: str) -> Scenario:
    """As from a file that stands alone: files that it names are not looked for on this machine."""
    from simulation.spec import SpecError
    from simulation.spec.load import scenario_of
    from simulation.spec.problems import Problem
    from simulation.spec.yaml_reader import read_mapping

    label = "".join(c if c.isprintable() and c not in "/\\" else "_" for c in name)[-80:] or "scenario.yaml"
    if len(text.encode("utf-8", "replace")) > MOST_TEXT:
        raise SpecError([Problem(label, 1, 1, "the file is larger than 1 MB")])
    with tempfile.TemporaryDirectory(prefix="salespolicy-") as nowhere:
        file = str(Path(nowhere) / label)
        try:
            return scenario_of(read_mapping(text, file), file)
        except SpecError as error:
            problems = [
                replace(
                    p,
                    file=label,
                    message=p.message.replace(nowhere + "/", ""),
                    hint=p.hint.replace(nowhere + "/", ""),
                )
                for p in error.problems
            ]
            raise SpecError(problems) from None


def _sound(draft: Draft) -> Draft:
    draft.whole()
    return draft


def _free(name: str, taken: Mapping[str, Any]) -> str:
    numbers = (f"{name}_{n}" for n in range(2, 1000))
    return name if name not in taken else next(other for other in numbers if other not in taken)
