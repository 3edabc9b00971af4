"""A run directory holds its files itself: no link, pipe or device in it, whoever packed it.

Commands write below a run directory, and remove what killed ones left there. A link would let somebody who hands over a
directory choose which files of the reader's own that is. A hard link is no such thing but a second name, as copies by
`cp -l` give to all they copy: it is read, and broken before anything is written.
"""

from __future__ import annotations

import os
import shutil
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
        for entry in _entries(folders.pop()):
            if entry.is_dir(follow_symlinks=False):
                folders.append(Path(entry.path))
            elif entry.is_symlink() or not entry.is_file():
                refuse_link(Path(entry.path))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What is in a folder, by name; nothing if it has gone: a writer may be at work."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except FileNotFoundError:
        return []


def refuse_link(path: Path) -> None:
    """The same of one entry, which need not be there: it may have gone since it was seen."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISLNK(mode):
        raise DirectoryRefusedError(f"{path}: a link, which may lead out of the run directory", _INSTEAD)
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise DirectoryRefusedError(f"{path}: not an ordinary file", _INSTEAD)


def refuse_folder(path: Path) -> None:
    """DirectoryRefusedError if a folder is where a file of ours belongs: nothing is written over it."""
    if path.is_dir():
        raise DirectoryRefusedError(
            f"{path}: a folder, where a file belongs", "move it away, or choose another directory with --out"
        )


def unshare(path: Path) -> None:
    """Give a file with other names a content of its own, so that what is written to it does not reach those.

    OSError where there is no room for it.
    """
    try:
        shared = path.lstat().st_nlink > 1
    except FileNotFoundError:
        return
    if shared:
        own = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        shutil.copy2(path, own)
        os.replace(own, path)
