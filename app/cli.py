"""The group of commands.

A command's module is imported only when it is given, so that `--help` stays quick.
"""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from app.completing import attach
from app.console import complain
from app.guard import FAILED, PIPE_CLOSED, guarded
from app.services import Services
from app.stopping import heed

COMMANDS = {
    "compare": "All policies in the same worlds: verdict, tables, plots and a report.",
    "run": "One world under one policy, week by week.",
    "explain": "Why one policy ends ahead of another: the gap, split over what makes it.",
    "sweep": "A design over levers and parameters: which policy is best where, and why it turns.",
    "sensitivity": "Which parameters and levers move an outcome, or what a policy gains.",
    "optimize": "The best settings of a policy's levers, robustly, judged again in fresh worlds.",
    "hypotheses": "Claims in YAML: supported, refuted or undecided, and where they turn.",
    "serve": "The interactive app on 127.0.0.1: levers, world, two policies side by side.",
    "facts": "What real sales forces show, against the world of a scenario: pass or miss.",
    "watch": "What to watch after the decision, and when to stop.",
    "trade": "What each policy gives and takes: money, morale and learning together.",
    "flip": "Where the best policy turns: conditions in words, and a map.",
    "value": "What knowing is worth before choosing: a parameter, or the result of a pilot.",
    "calibrate": "From exports of a CRM to a scenario of one's own, with what is uncertain.",
    "validate": "Check scenario and hypothesis files and say what is wrong, and where.",
    "list": "Scenarios, policies, levers with their settings, outcomes, hypotheses and facts.",
    "show": "The results of a run directory again.",
    "report": "Write the plots and the report of a run directory again.",
    "export": "The tables of a run directory as CSV files.",
    "verify": "Is every result of a run directory as it was written?",
    "gc": "Remove what killed commands left in run directories.",
    "schema": "JSON Schema of the YAML files, for editors.",
}
# No rich markup in help: it would be read as markup, and takes longer to load than all the rest.
PLAIN: dict[str, Any] = {
    "rich_markup_mode": None,
    "add_completion": False,
    "pretty_exceptions_enable": False,
    "context_settings": {"help_option_names": ["-h", "--help"], "max_content_width": 100},
}


class LazyGroup(TyperGroup):
    """Knows its commands by name and one line of help each. A context is click's or typer's own, by typer's version."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"app.commands.{cmd_name}")
        one = typer.Typer(**PLAIN)
        one.command(cmd_name)(guarded(module.command))
        return attach(typer.main.get_command(one))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f"Did you mean '{near[0]}'?" if near else f"Commands: {', '.join(COMMANDS)}."
            ctx.fail(f"There is no command '{args[0]}'. {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


app = typer.Typer(cls=LazyGroup, no_args_is_help=True, **{**PLAIN, "add_completion": True})


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"sales-policy-lab {version('sales-policy-lab')}")
        except PackageNotFoundError:  # a checkout that was never installed
            print("sales-policy-lab (not installed)")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """Simulate a sales policy before committing a sales team to it."""


def main(arguments: Sequence[str] | None = None, services: Services | None = None) -> int:
    """Run a command; gives the exit code. `services` replaces the model, for tests."""
    _open_closed()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console that cannot show a sign must not end the run
            stream.reconfigure(errors="backslashreplace")
    heed()
    try:
        group = typer.main.get_command(app)
        group.main(
            list(sys.argv[1:] if arguments is None else arguments),
            prog_name="salespolicy",
            obj=services or Services(),
        )
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # click and rich make a 1 of it
            return _unread()
        return _flushed(end.code if isinstance(end.code, int) else int(end.code is not None))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return _unread()
    return _flushed(0)


def _open_closed() -> None:
    """Output that is closed (`>&-`) goes nowhere, and errors do not go where results belong: Python has None for both.

    Its number is taken too: a file of ours would get it, and with it whatever a library prints.
    """
    closed = [name for name in ("stdout", "stderr") if getattr(sys, name) is None]
    if not closed:
        return
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(number, True)  # workers print nowhere either
    os.close(number)
    for name in closed:
        setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - until the end


def _flushed(code: int) -> int:
    """The exit code once all that was printed is out: with a short output only now somebody sees that nobody reads."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        return _unread()
    except OSError as error:  # a full disk
        _drop_output()
        complain(f"the output cannot be written: {error.strerror}")
        return code or FAILED
    return code


def _unread() -> int:
    """Whoever read the output has seen enough, as `head` does: no reason to complain."""
    _drop_output()
    return PIPE_CLOSED


def _drop_output() -> None:
    """What is still buffered goes nowhere; Python would try to write it when it ends, and complain."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
