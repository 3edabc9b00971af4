"""The table of threats: each ends in its exact words, its exit code, and no change to any file."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from audit.reached_out import watched
from audit.table import TABLE
from audit.threat import Ended, Threat, run, wrong

ROWS = [
    pytest.param(threat, id=f"{area}-{threat.name}".encode("unicode_escape").decode()[:70])
    for area, threats in TABLE.items()
    for threat in threats()
    if not threat.elsewhere
]


@pytest.mark.parametrize("threat", ROWS)
def test_threat(tmp_path: Path, threat: Threat) -> None:
    assert wrong(threat, run(threat, tmp_path)) == []


def test_the_table_sees_what_is_wrong(tmp_path: Path) -> None:
    """Other words, another exit code, a file written and output beside it are each noticed."""
    run_it = "compare small.yaml -n 1 -j 1 --worlds 0 --no-plots --no-report"
    found = wrong(Threat("", run_it, "told", {}), run(Threat("", run_it, "told", {}), tmp_path))
    assert [text.split()[0] for text in found] == ["exit", "said", "printed", "changed"]


@pytest.mark.skipif(os.name == "nt", reason="times of children are those of POSIX")
def test_what_another_process_computes_counts_too(tmp_path: Path) -> None:
    """Waiting does not count, in whichever process."""

    def elsewhere(folder: Path, *words: str) -> tuple[int, str, str]:
        busy = "import time\ntime.sleep(0.5)\nwhile time.process_time() < 0.6: pass"
        done = subprocess.run([sys.executable, "-S", "-c", busy], check=True)
        return done.returncode, "", ""

    assert 0.5 < run(Threat("", "", "", {}, how=elsewhere), tmp_path).seconds < 1.0


def test_what_is_reached_for_is_seen(tmp_path: Path) -> None:
    with watched() as reached:
        subprocess.run([sys.executable, "-S", "-c", "pass"], check=True)
        with pytest.raises(OSError, match=r"."), socket.socket() as line:
            line.connect(("127.0.0.1", 1))
    assert [what.split()[0] for what in reached] == ["subprocess.Popen", "socket.connect"]
    ended = Ended(0, "", "", 0.0, (), tuple(reached))
    assert wrong(Threat("", "", "", {}, code=0), ended) == [f"reached for {', '.join(reached)}"]
    subprocess.run([sys.executable, "-S", "-c", "pass"], check=True)
    assert len(reached) == 2, "nobody watches any more"
