"""All threats, area by area. What other tests ask on every commit is asked here too, and not again by the gate."""

from __future__ import annotations

from collections.abc import Callable

from .threat import Threat
from .threats_crm import crm
from .threats_ledgers import prepared
from .threats_levers import levers
from .threats_line import LINE
from .threats_runs import runs
from .threats_yaml import YAML

TABLE: dict[str, Callable[[], list[Threat]]] = {
    "YAML": lambda: YAML,
    "CSV and Excel": crm,
    "command line": lambda: LINE,
    "run directories": runs,
    "prepared run directories": prepared,
    "entry points": levers,
}
