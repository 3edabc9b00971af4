"""The pages that execute print what they show, and the parser of pages sees what it should."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation.spec.editors import MODELINE
from tests.guides.pages import blocks, desk, lived, settled, shown
from tests.guides.update import PAGES


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_a_page_prints_what_it_shows(root: Path, tmp_path: Path, name: str) -> None:
    page = (root / name).read_text(encoding="utf-8")
    assert len([block for block in blocks(page) if block.kind == "output"]) >= 3
    assert lived(page, desk(tmp_path / "desk", root), root) == page, (
        "python -m tests.guides.update writes it anew"
    )


@pytest.mark.parametrize("name", PAGES)
def test_files_of_pages_name_their_schema(root: Path, name: str) -> None:
    files = [block for block in blocks((root / name).read_text(encoding="utf-8")) if block.kind == "file"]
    assert files
    for block in files:
        if block.note.endswith(".yaml"):
            first = block.text.partition("\n")[0]
            assert (root / block.note).parent.joinpath(first.removeprefix(MODELINE)).is_file()


def test_every_shell_block_of_a_page_that_works_is_typed(root: Path) -> None:
    """A block that nobody types is one that nobody misses when it breaks; the installation has a test of its own."""
    for name in PAGES:
        page = (root / name).read_text(encoding="utf-8")
        typed = {block.text for block in blocks(page) if block.kind == "run"}
        for text in page.split("```bash\n")[1:]:
            command = text.partition("```")[0]
            assert command in typed or command.startswith(("python3 -m venv", ".venv/bin/")), command


PAGE = """\
<!-- file: a/b.txt -->
```text
hello
```

<!-- run -->
```bash
cat a/b.txt
printf 'Report: runs/team-89abcdef01/report.html\\n12 s. Done  \\n'
```

<!-- output: first 2 -->
```text
hello
Report: runs/team-0123456789/report.html
...
```

<!-- output -->
```text
stale
```
"""


def test_outputs_are_what_came_out(tmp_path: Path) -> None:
    found = lived(PAGE, tmp_path)
    assert found == PAGE.replace("stale", "hello\nReport: runs/team-0123456789/report.html\n5 s. Done")
    assert lived(found, tmp_path) == found


def test_a_command_that_fails_is_seen(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="exit 1"):
        lived(PAGE.replace("cat a/b.txt", "cat a/c.txt"), tmp_path)


def test_what_differs_is_settled() -> None:
    assert settled("a  \n\n1.2 s. b\n\n") == "a\n\n5 s. b\n"
    assert settled("our_team-0a1b2c3d4e/x deadbeef00") == "our_team-0123456789/x deadbeef00\n"
    assert shown("1\n2\n3\n", "first 2") == "1\n2\n...\n"
    assert shown("1\n2\n", "") == "1\n2\n"
