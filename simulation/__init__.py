"""Simulate a sales policy before committing a team to it.

`from simulation import SalesModel, load_scenario, run_experiments`: the names load what they need when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulation.runs import run_experiments as run_experiments
    from simulation.runs.sweep_run import run_sweep as run_sweep
    from simulation.spec import load_scenario as load_scenario
    from simulation.spec.sweeps import load_sweep as load_sweep
    from simulation.world.model import SalesModel as SalesModel

_HOMES = {
    "SalesModel": "simulation.world.model",
    "load_scenario": "simulation.spec",
    "load_sweep": "simulation.spec.sweeps",
    "run_experiments": "simulation.runs",
    "run_sweep": "simulation.runs.sweep_run",
}
__all__ = ["SalesModel", "load_scenario", "load_sweep", "run_experiments", "run_sweep"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'simulation' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
