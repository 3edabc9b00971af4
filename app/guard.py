"""From exceptions to messages and exit codes. A traceback never reaches the user unless asked for."""

from __future__ import annotations

import errno
import functools
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import typer

from app.console import complain

DONE, FAILED, WRONG_USAGE, BAD_INPUT, SOME_RUNS_FAILED, INTERRUPTED = 0, 1, 2, 3, 4, 130
PIPE_CLOSED = 141  # as a shell says of a program that was ended by the closed pipe
DISK = {errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EPERM}
"""Errors of a disk that cannot be used."""
NAMES = {errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL, errno.ENOTDIR}
"""Errors of names that nothing can be called."""
HINTS = {
    errno.ENAMETOOLONG: "a shorter name",
    errno.EISDIR: "a folder is where a file belongs: move it away",
    errno.EEXIST: "a file is where a folder belongs: move it away",
}
"""What to do about an error whose own words do not say it."""
SHOWN = 120
"""Characters of a name that a message repeats."""
DEBUG = "SALESPOLICY_DEBUG"


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, with what is kept and how to go on."""


class BadInput(Exception):  # noqa: N818 - it is what happened
    """Input that cannot be used: shown as it is, exit code 3."""


@contextmanager
def resumable(out: Path) -> Iterator[None]:
    """A block whose finished runs are kept in `out`: Ctrl-C says so."""
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted(
            f"Interrupted. Finished runs are kept in {out}. The same command resumes."
        ) from None


def guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """The command, with its exceptions turned into one clear message and an exit code."""

    @functools.wraps(function)
    def call(*arguments: Any, **options: Any) -> Any:
        try:
            return function(*arguments, **options)
        except (typer.Exit, typer.Abort, typer.BadParameter, BrokenPipeError):
            raise
        except KeyboardInterrupt as error:
            complain(str(error) or "Interrupted.")
            code = INTERRUPTED
        except Exception as error:
            if stopped := _stopped(error):
                complain(str(stopped) or "Interrupted.")
                code = INTERRUPTED
            else:
                code = explain(error)
        raise typer.Exit(code)

    return call


def _stopped(error: BaseException) -> KeyboardInterrupt | None:
    """The Ctrl-C behind an error: while a library is being imported, Python may wrap it up in one."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, KeyboardInterrupt):
            return cause
        cause = cause.__cause__
    return None


def explain(error: Exception) -> int:
    """Say what went wrong on stderr, one line for each problem; gives the exit code.

    The simulation's errors are known by name: importing their classes may be what failed.
    """
    kinds, known = {kind.__name__ for kind in type(error).__mro__}, cast("Any", error)
    if "SpecError" in kinds:
        for problem in known.problems:
            complain(str(problem))
        return BAD_INPUT
    if kinds & {"BadInput", "LeverFaultError", "MeasureFaultError", "AnalysisError", "DataError"}:
        complain(str(error))
        return BAD_INPUT
    if "RunsError" in kinds:
        complain(f"{error} ({known.hint})" if known.hint else str(error))
        if "UnknownPolicyError" in kinds:
            return WRONG_USAGE
        refused = {"DirectoryRefusedError", "ClusterRefusedError", "WriteFailedError", "NoNumberError"}
        return BAD_INPUT if kinds & refused else FAILED
    if isinstance(error, OSError) and error.filename is not None:
        name = str(error.filename)
        name = name if len(name) <= SHOWN else f"{name[:SHOWN]}..."
        hint = f" ({HINTS[error.errno]})" if error.errno in HINTS else ""
        complain(f"{name}: {error.strerror}{hint}")
        return BAD_INPUT if error.errno in DISK | NAMES | HINTS.keys() else FAILED
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:  # what we print is going into a file
        complain(f"the output cannot be written: {error.strerror}")
        return FAILED
    return _unexpected(error)


def _unexpected(error: Exception) -> int:
    details = "".join(traceback.format_exception(error))
    text = f"Unexpected error: {type(error).__name__}: {error}"
    if os.environ.get(DEBUG):
        sys.stderr.write(details)
        return FAILED
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="salespolicy-error-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            file.write(details)
        complain(f"{text}. Details: {file.name} ({DEBUG}=1 shows them here)")
    except OSError:
        complain(f"{text} ({DEBUG}=1 shows the details)")
    return FAILED
