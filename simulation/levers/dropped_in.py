"""The levers of this folder: every file imported, and each lever held to what a lever promises."""

from __future__ import annotations

import difflib
import sys
import traceback
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from simulation.levers.base import Lever
from simulation.levers.contract import fault, line_of

FOLDER = Path(__file__).parent


class LeverFaultError(Exception):
    """A file of this folder that cannot be used: `simulation/levers/file.py:line: message (hint)`."""

    def __init__(self, file: str | Path, line: int, message: str, hint: str) -> None:
        self.file, self.line, self.message, self.hint = shown(file), line, message, hint
        super().__init__(f"{self.file}:{line}: {message}" + (f" ({hint})" if hint else ""))


def shown(file: str | Path) -> str:
    """A file of this folder as the user knows it."""
    return f"simulation/levers/{Path(file).relative_to(FOLDER).as_posix()}"


def levers_of(package: str, modules: Iterable[str]) -> dict[str, type[Lever]]:
    """Every lever that these modules of the package define, by name in alphabetical order. `LeverFaultError`."""
    found: dict[str, type[Lever]] = {}
    # a file that bears the name of its lever first: of two levers with one name, the other is to blame
    for lever in sorted(
        _defined(package, modules), key=lambda lever: getattr(lever, "name", "") != _stem(lever)
    ):
        file = str(sys.modules[lever.__module__].__file__)
        if wrong := fault(lever):
            raise LeverFaultError(
                file, line_of(lever, wrong.word), f"{lever.__name__} {wrong.message}", wrong.hint
            )
        if other := found.get(lever.name):
            message = f"the name '{lever.name}' is taken by the lever in {_stem(other)}.py"
            raise LeverFaultError(file, line_of(lever, "name"), message, "choose another name")
        found[lever.name] = lever
    return {name: found[name] for name in sorted(found)}


def _defined(package: str, modules: Iterable[str]) -> list[type[Lever]]:
    found = []
    for name in modules:
        module = f"{package}.{name}"
        try:
            values = vars(import_module(module)).values()
        except (Exception, SystemExit) as error:
            raise _not_imported(error, FOLDER / f"{name}.py") from error
        found += [
            value for value in values
            if isinstance(value, type) and issubclass(value, Lever) and value.__module__ == module
            and value is not Lever and not value.__name__.startswith("_")
        ]  # fmt: skip
    return found


def _not_imported(error: BaseException, file: Path) -> LeverFaultError:
    """Where in this folder an import failed, and why."""
    frames = [(frame.filename, frame.lineno or 1) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        frames.append((error.filename, error.lineno or 1))
    place, line = next(
        (
            f
            for f in reversed(frames)
            if FOLDER in Path(f[0]).parents and Path(f[0]).name != Path(__file__).name
        ),
        (file, 1),
    )
    text = error.msg if isinstance(error, ImportError | SyntaxError) else str(error)
    hint = "docs/add_a_lever.md shows how to write one"
    if isinstance(error, ModuleNotFoundError) and (
        near := difflib.get_close_matches(error.name or "", sys.modules, n=1)
    ):
        hint = f"did you mean '{near[0]}'?"
    message = f"cannot be imported: {type(error).__name__}: {(text or '').strip().partition(chr(10))[0]}"
    return LeverFaultError(place, line, message, hint)


def _stem(lever: type[Lever]) -> str:
    return lever.__module__.rpartition(".")[2]
