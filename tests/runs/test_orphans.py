"""Processes that help a command end with it, also where it is killed and cannot tell them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from helpers import alive

ROOT = Path(__file__).resolve().parents[2]
PARENT = """
import os, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from {module} import _begin

if __name__ == "__main__":
    pool = ProcessPoolExecutor(1, get_context("spawn"), _begin, {arguments})
    print(pool.submit(os.getpid).result(), flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="nobody is killed here")
@pytest.mark.parametrize(("module", "arguments"), [("app.drawing", "(None,)"), ("app.live.engine", "()")])
def test_helpers_end_with_a_killed_parent(tmp_path: Path, module: str, arguments: str) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT.format(module=module, arguments=arguments), encoding="utf-8")
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, "PYTHONPATH": path},
    ) as parent:  # fmt: skip
        assert parent.stdout is not None
        helper = int(parent.stdout.readline())
        os.kill(helper, 0)
        parent.kill()
        parent.wait()
        deadline = time.monotonic() + 30
        while alive(helper):
            assert time.monotonic() < deadline
            time.sleep(0.05)
