"""What the page of the app may send, fuzzed at the desk behind it: refused in words, or done; never an error of ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .choices import ODD, Choices, one_in, pick
from .grammars import scenario
from .threat import MINIMAL, inside

SCRIPT = "<script>alert(1)</script>"
VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 0.5, 1e308, -1e308, float("nan"), float("inf"), 2**63, 10**400, "", "x" * 300, SCRIPT,
    "=1+1",
    "../../x", "\ud800", "\0", [], {}, [[]], {"a": {}}, [1, "x"],
)  # fmt: skip


def app(choices: Choices, folder: Path) -> None:
    """Some acts of a reader, or of somebody who is none."""
    from app.live import view
    from app.live.desk import Desk

    (folder / "scenarios").mkdir(exist_ok=True)
    (folder / "scenarios" / "small.yaml").write_text(MINIMAL, encoding="utf-8")
    with inside(folder):
        desk = Desk("small")
        for _ in range(1 + choices.below(4)):
            act(choices, desk)
        desk.draft.whole()
        json.dumps(desk.draft.saved())
        shown = view.notices(desk.notices) + view.choice(desk.draft) + view.variants(desk.draft)
        assert SCRIPT not in shown, shown


def act(choices: Choices, desk: Any) -> None:
    """One of them."""
    kind = choices.below(8)
    if kind <= 2:
        desk.change(moved(choices))
    elif kind == 3:
        text = scenario(choices).decode("utf-8", "replace") if one_in(choices, 2) else value(choices)
        desk.open(pick(choices, ("small", "small.yaml", *VALUES)), text)
    elif kind == 4:
        desk.choose(pick(choices, ("left", "right")), pick(choices, ("open", "lockdown", *VALUES)))
    elif kind == 5:
        desk.keep(pick(choices, ("mine", "open", *VALUES, *ODD)))
    elif kind == 6:
        pick(choices, (desk.drop, desk.hide))(pick(choices, ("mine", 0, *VALUES)))
    else:
        desk.restore(kept(choices))


def moved(choices: Choices) -> Any:
    """A control, and where it was moved to."""
    if one_in(choices, 10):
        return value(choices)
    return {
        "scope": pick(choices, ("levers", "world", "levers", "world", *VALUES)),
        "path": pick(choices, (*PATHS, *VALUES)),
        "value": value(choices),
    }


PATHS = (
    "territory/mode", "territory/teams", "territory/focus_share", "release/accounts", "release/phased_weeks", "review/every",
    "staffing/share", "codification/share", "world/reps", "world/customers", "world/parameters/overlap", "weeks", "seed",
    "world/segments/0/share", "world/segments/0/deal_value_median", "start_week", "allocation/shares",
)  # fmt: skip


def value(choices: Choices) -> Any:
    """Something odd, or something that fits somewhere."""
    return pick(choices, (*VALUES, 1, 2, 3, 0.1, 0.2, "hard", "open", "lockdown", "outside", "keep", *ODD))


def kept(choices: Choices) -> Any:
    """What a browser says it has kept."""
    if one_in(choices, 6):
        return value(choices)
    return {
        "name": pick(choices, ("small", "small", *VALUES)), "text": pick(choices, (None, None, MINIMAL, *VALUES)),
        "left": value(choices), "right": pick(choices, ("lockdown", *VALUES)),
        "world": {pick(choices, PATHS): value(choices)} if not one_in(choices, 4) else value(choices),
        "levers": {pick(choices, PATHS): value(choices)} if not one_in(choices, 4) else value(choices),
        "kept": {pick(choices, ("mine", SCRIPT, "../x")): pick(choices, ("{}", "{", '{"territory": {}}', *VALUES))},
    }  # fmt: skip
