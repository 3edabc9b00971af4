"""Simulate a sales policy before committing a team to it.

`from simulation import SalesModel, load_scenario, run_experiments`: the names load what they need when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulation.runs import run_experiments as run_experiments
    from simulation.spec import load_scenario as load_scenario
    from simulation.world.model import SalesModel as SalesModel

_HOMES = {
    "SalesModel": "simulation.world.model",
    "load_scenario": "simulation.spec",
    "run_experiments": "simulation.runs",
}
__all__ = ["SalesModel", "load_scenario", "run_experiments"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'simulation' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
