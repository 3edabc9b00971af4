"""schema: what editors need to know about scenario files."""

from __future__ import annotations

from app import options
from app.console import print_json


def command(as_json: options.Json = True, allow_lever: options.AllowLever = None) -> None:
    """JSON Schema of scenario files, for completion and checks in an editor."""
    from simulation.spec import json_schema

    print_json(json_schema())
