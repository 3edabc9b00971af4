"""A comparison in a process of its own: progress as lines of JSON on stdout, ended like a command by Ctrl-C.

    python -c "from app.live.job import main; main()" SPEC_FILE WORLDS POLICIES WORKERS LANGUAGE DIRECTORY

Standard input is a lifeline: once it closes, because the app has died, the comparison stops and keeps what it has.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulation.runs import Progress


def main() -> None:
    """Run what the arguments say; the last line says how it ended."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    threading.Thread(target=_lifeline, daemon=True).start()
    spec, worlds, policies, workers, language, directory = sys.argv[1:7]
    try:
        _compare(Path(spec), int(worlds), json.loads(policies), int(workers), language, directory)
    except KeyboardInterrupt:
        _tell(end="cancelled")
    except Exception as error:
        hint = getattr(error, "hint", "")
        _tell(end="failed", why=f"{error} ({hint})" if hint else str(error) or type(error).__name__)


def _compare(spec: Path, worlds: int, policies: list[str], workers: int, language: str, begun: str) -> None:
    """`begun`: where an earlier attempt has begun, empty for none."""
    from simulation.spec import load_scenario

    scenario = load_scenario(spec)
    spec.unlink(missing_ok=True)
    from simulation.runs import default_directory, run_experiments

    directory = Path(begun) if begun else default_directory(scenario)
    _tell(directory=str(directory))
    command = shlex.join(
        ["salespolicy", "compare", str(directory / "spec.yaml"), "--replications", str(worlds),
         "--policies", ",".join(policies), "--out", str(directory)]
    )  # fmt: skip

    def progress(state: Progress) -> None:
        _tell(done=state.done, total=state.total, failed=state.failed, before=state.kept)

    tables = run_experiments(
        scenario, worlds, policies, workers=workers, out=directory, progress=progress, command=command
    )
    if not len(tables.runs):
        first = tables.failures.iloc[0]["error"] if len(tables.failures) else ""
        _tell(end="failed", why=f"no run finished: {first}")
        return
    _tell(phase="comparing")
    from analysis import compare
    from analysis.language import speaking
    from app import results
    from app.elsewhere import recalled

    answer = compare(tables)
    place, _ = results.place_of(directory, dict.fromkeys(policies, worlds))
    answer = recalled(answer, place)
    results.write_summary(place, answer.summary())
    words = results.write_words(place, answer)
    _tell(phase="drawing", place=str(place), verdict=words)
    with speaking(language):
        results.write_pictures(place, answer, workers=workers)
    _tell(end="done", place=str(place))


def _tell(**what: Any) -> None:
    print(json.dumps(what), flush=True)


def _lifeline() -> None:
    # Not by sys.stdin: Python aborts at its end if a thread holds that then.
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGINT)
