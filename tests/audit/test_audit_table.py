"""The table of threats: each ends in its exact words, its exit code, and no change to any file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from audit.table import TABLE
from audit.threat import Threat, run, wrong

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
