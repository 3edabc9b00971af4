"""What the worlds meant: tables in, answers out.

Nothing here runs a world: the input is any object with the attributes of `Tables` (pandas DataFrames `runs`,
`periods`, `failures`, `decisions`, `outcomes` and a dict `meta`). Importing the package loads no heavy
library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.comparison import Comparison, compare
    from analysis.panel import AnalysisError

__all__ = ["AnalysisError", "Comparison", "compare"]

_HOMES = {
    "AnalysisError": "analysis.panel",
    "Comparison": "analysis.comparison",
    "compare": "analysis.comparison",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'analysis' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
