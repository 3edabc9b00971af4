"""A run directory holds its files itself: no link, pipe or device in it, whoever packed it.

Commands write below a run directory, and remove what killed ones left there. A link would let somebody who hands over a
directory choose which files of the reader's own that is.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from simulation.runs.errors import DirectoryRefusedError

_INSTEAD = "put what it leads to in its place, or choose another directory with --out"


def refuse_links(path: Path) -> None:
    """Look through a directory. DirectoryRefusedError names the first thing in it that is neither file nor folder.

    `path` itself may be a link: that is the user's own.
    """
    folders = [path]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.is_dir(follow_symlinks=False):
                    folders.append(Path(entry.path))
                elif entry.is_symlink() or not entry.is_file():
                    refuse_link(Path(entry.path))  # unless it has gone since: a writer may be at work


def refuse_link(path: Path) -> None:
    """The same of one entry, which need not be there."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISLNK(mode):
        raise DirectoryRefusedError(f"{path}: a link, which may lead out of the run directory", _INSTEAD)
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise DirectoryRefusedError(f"{path}: not an ordinary file", _INSTEAD)
