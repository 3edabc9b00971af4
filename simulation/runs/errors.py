"""What can go wrong around runs, in words for the person at the keyboard."""

from __future__ import annotations

from typing import Any


class RunsError(Exception):
    """Base of the errors below. `hint` says what to do next and may be empty."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.hint)


class UnknownPolicyError(RunsError):
    """A policy was asked for that the scenario does not have."""


class DirectoryRefusedError(RunsError):
    """The directory is not a run directory, is one of other runs, or has been changed by somebody else."""


class DirectoryBusyError(RunsError):
    """Another process is writing the same run directory."""


class WriteFailedError(RunsError):
    """The disk is full, or the directory cannot be written. Everything committed before is kept."""


class NoNumberError(RunsError):
    """Runs have no number where every one must have: a mean over the others would be about other worlds."""


class ClusterRefusedError(RunsError):
    """The cluster does not answer, has no workers, or runs another version of the code."""


class WorkersFailedError(RunsError):
    """Worker processes cannot start, or a cluster has lost all of its own."""
