"""One tab: its draft, its notices, and what each act of the reader does to them. Knows no browser."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analysis.language import say
from app.live import controls, draft
from app.live.draft import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_NOTICES = 4
MOST_LINES = 12
DETAIL, MANY = 1, 8
"""Worlds lived at once for the map, and for the intervals that follow."""


class Desk:
    """`draft` changes by the methods; each that fails leaves it as it was and puts the reasons into `notices`.

    `levers_at` and `world_at` grow when the controls are to be drawn anew, as after another policy was chosen.
    """

    def __init__(self, first: str) -> None:
        self.draft = draft.opened(first)
        self.notices: list[tuple[str, list[str]]] = []
        self.levers_at = self.world_at = 0
        self.opened = 0  # how many scenarios so far

    def open(self, name: Any, text: Any = None) -> None:
        """Another scenario, from the list or from a file of the reader."""
        with self._told():
            if not isinstance(name, str) or not (text is None or isinstance(text, str)):
                raise Refused([say("That is no scenario.")])
            self._take(draft.opened(name, text))
            self.opened += 1
            if text is not None:
                self.tell(
                    "good", say("{name} is open: {n} policies.", name=name[-80:], n=len(self.draft.policies))
                )
            if self.draft.scenario.draws is not None:
                self.tell(
                    "good",
                    say(
                        "What is uncertain is drawn in runs in the background; the preview lives the middle."
                    ),
                )

    def change(self, what: Any) -> Any:
        """A control was moved. Gives the value the control should show where that is refused, else None in a list."""
        with self._told():
            control = self._control(what)
            path, before = control.path, self._value(what["scope"], control.path)
            try:
                value = control.read(what.get("value"))
                move = self.draft.with_lever if what["scope"] == "levers" else self.draft.with_world
                self.draft = move(path, value)
            except ValueError:
                return {
                    "scope": what["scope"],
                    "path": path,
                    "value": before,
                    "shown": controls.shown(before),
                }
            except Refused as refused:
                self.tell("bad", *refused.lines)
                return {
                    "scope": what["scope"],
                    "path": path,
                    "value": before,
                    "shown": controls.shown(before),
                }
        return None

    def choose(self, side: str, name: Any) -> None:
        """Another policy on a side."""
        with self._told():
            if not isinstance(name, str) or name not in self.draft.policies:
                raise Refused([say("There is no such policy.")])
            if side == "left":
                self.draft = replace(self.draft, left=name)
            else:
                self._take(replace(self.draft, right=name, levers={}), world=False)

    def keep(self, name: Any) -> None:
        """The right policy as a variant."""
        with self._told():
            self._take(self.draft.keep(name if isinstance(name, str) else ""), world=False)
            self.tell("good", say("{name} is kept.", name=self.draft.right))

    def drop(self, name: Any) -> None:
        """A variant is not wanted any more."""
        if isinstance(name, str) and name in self.draft.kept:
            self._take(self.draft.drop(name), world=False)

    def reset(self) -> None:
        """Without changes to levers and world; variants stay."""
        self._take(replace(self.draft, world={}, levers={}))

    def restore(self, kept: Any) -> bool:
        """What the browser kept over a reload, as far as it still fits."""
        try:
            self._take(draft.restored(kept))
            self.opened += 1
        except Refused:
            return False
        return True

    def begin(self) -> None:
        """Another act begins: what was said of those before it has been read, and does not hold any longer."""
        self.notices = []

    def tell(self, kind: str, *lines: str) -> None:
        """A notice: "good" or "bad"."""
        shown = [line[:600] for line in lines[:MOST_LINES]]
        if len(lines) > MOST_LINES:
            shown.append(say("… and {n} more", n=len(lines) - MOST_LINES))
        others = [one for one in self.notices if one != (kind, shown)]
        self.notices = [*others[1 - MOST_NOTICES :], (kind, shown)]

    def hide(self, place: Any) -> None:
        """A notice has been read."""
        self.notices = [one for n, one in enumerate(self.notices) if str(n) != str(place)]

    def policies_to_run(self) -> list[str]:
        """The baseline, both sides and the variants, each once."""
        d = self.draft
        return list(dict.fromkeys([d.scenario.baseline, d.left, d.shown, *d.kept]))

    def _take(self, other: draft.Draft, world: bool = True) -> None:
        other.whole()
        self.draft = other
        self.levers_at += 1
        self.world_at += world

    def _control(self, what: Any) -> controls.Control:
        if isinstance(what, Mapping) and what.get("scope") in ("levers", "world"):
            groups = (
                controls.lever_groups()
                if what["scope"] == "levers"
                else controls.world_groups(self.draft.scenario)
            )
            for control in controls.every(groups):
                if control.path == what.get("path") and control.kind != "text":
                    return control
        raise Refused([say("There is no such setting.")])

    def _value(self, scope: str, path: str) -> Any:
        d = self.draft
        holder, changed = (d.policies[d.right], d.levers) if scope == "levers" else (d.scenario, d.world)
        return changed.get(path, controls.value_at(holder, path))

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except Refused as refused:
            self.tell("bad", *refused.lines)
