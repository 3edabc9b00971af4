"""Many worlds: experiments, their worker processes, and the run directories that keep their results.

    tables = run_experiments(load_scenario("scenarios/industry_focus.yaml"), replications=50, workers=2)

Importing the package loads neither the model nor pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulation.runs.errors import (
        DirectoryBusyError,
        DirectoryRefusedError,
        RunsError,
        UnknownPolicyError,
        WorkersFailedError,
        WriteFailedError,
    )
    from simulation.runs.experiments import Progress, choose_policies, run_experiments
    from simulation.runs.identity import default_directory
    from simulation.runs.record import RunError, RunRecord
    from simulation.runs.tables import Tables, read_tables

_HOMES = {
    **dict.fromkeys(
        [
            "DirectoryBusyError",
            "DirectoryRefusedError",
            "RunsError",
            "UnknownPolicyError",
            "WorkersFailedError",
            "WriteFailedError",
        ],
        "errors",
    ),
    **dict.fromkeys(["Progress", "choose_policies", "run_experiments"], "experiments"),
    **dict.fromkeys(["RunError", "RunRecord"], "record"),
    **dict.fromkeys(["Tables", "read_tables"], "tables"),
    "default_directory": "identity",
}

__all__ = [
    "DirectoryBusyError",
    "DirectoryRefusedError",
    "Progress",
    "RunError",
    "RunRecord",
    "RunsError",
    "Tables",
    "UnknownPolicyError",
    "WorkersFailedError",
    "WriteFailedError",
    "choose_policies",
    "default_directory",
    "read_tables",
    "run_experiments",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
