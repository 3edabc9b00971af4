"""Installed packages for tests: real distributions, a folder on sys.path with the module and its `.dist-info`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

LEVER = '''
"""Stand-up: a short meeting every week."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from simulation.levers.base import Lever, setting
from simulation.levers.points import Meeting

(Path(__file__).parent / "imported").touch()  # so that a test sees whether this ran


class StandUp(Lever):
    """A short meeting every week."""

    name: ClassVar[str] = "stand_up"

    hours: float = setting(0.0, "hours", "selling hours each rep spends in one", ge=0, le=8)

    def meetings(self, week: int, so_far: Meeting) -> Meeting:
        return Meeting(so_far.hours + self.hours) if self.hours else so_far
'''
SCENARIO = """
name: meetings
weeks: 20
start_week: 4
burn_in_weeks: 4
replications: 2
world:
  reps: 8
  managers: 2
  customers: 300
  segments: [{name: all, share: 1, deal_value_median: 10000, deal_value_sigma: 1}]
policies:
  open:
  daily:
    stand_up: {hours: 4.0}
"""


def distribution(
    folder: Path, code: str = LEVER, point: str = "stand_up = acme_levers:StandUp", name: str = "acme-levers"
) -> Path:
    """Install a package with one module into `folder`, with the entry point given; gives the folder."""
    module = name.replace("-", "_")
    info = folder / f"{module}-1.4.dist-info"
    info.mkdir(parents=True)
    (folder / f"{module}.py").write_text(code.lstrip(), encoding="utf-8")
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.4\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[salespolicy.levers]\n{point}\n", encoding="utf-8")
    (info / "RECORD").write_text(f"{module}.py,,\n", encoding="utf-8")
    return folder


def scenario(folder: Path, text: str = SCENARIO) -> Path:
    """The scenario as a file beside the packages."""
    file = folder / "meetings.yaml"
    file.write_text(text.lstrip(), encoding="utf-8")
    return file


def python(
    root: Path, packages: Path, *words: str, allow: str | None = None
) -> subprocess.CompletedProcess[str]:
    """`python words...` in the project's folder, with the packages installed and, in the environment, a permission."""
    environment = {key: value for key, value in os.environ.items() if key != "SALESPOLICY_ALLOW_LEVERS"}
    environment["PYTHONPATH"] = os.pathsep.join([str(root), str(packages)])
    if allow is not None:
        environment["SALESPOLICY_ALLOW_LEVERS"] = allow
    command = [sys.executable, "-W", "ignore", *map(str, words)]
    return subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
