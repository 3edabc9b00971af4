"""The README names every command and option there is, the index every page, and the Chinese README says the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from analysis.language import speaking, told
from app.cli import COMMANDS, LazyGroup, app
from simulation.outcomes import OUTCOMES

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHINESE = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
READMES = {"README.md": README, "README.zh-CN.md": CHINESE}
EVERYWHERE = {"--json", "--quiet", "--help"}
ROW = re.compile(r"^\| (`.*?) \| (.*) \|$", re.M)
ROW_OF_WORDS = re.compile(r"^\| ([^|]+?) \| ([^|]+?) \| [^|]+ \|$", re.M)
CODE = re.compile(r"^```(\w*)\n(.*?)^```", re.S | re.M)


def options_of(command: str) -> list[set[str]]:
    """The options of a command, each with all its long names: `--plots` and `--no-plots` are one."""
    group = typer.main.get_command(app)
    assert isinstance(group, LazyGroup)
    found = []
    for parameter in group.get_command(None, command).params:  # type: ignore[arg-type]
        names = {name for name in (*parameter.opts, *parameter.secondary_opts) if name.startswith("--")}
        if names and not names & EVERYWHERE:
            found.append(names)
    return found


def named_in(page: str, command: str) -> set[str]:
    """The options that a page's tables name for a command."""
    if command == "compare":  # a row an option
        rows = [m[0] for m in ROW.finditer(page) if m[1].startswith("`--")]
    else:
        rows = [m[2] for m in ROW.finditer(page) if f"`{command}`" in m[1].split(", ") and "--" in m[2]]
    return set(re.findall(r"--[a-z-]+", " ".join(rows)))


@pytest.mark.parametrize("name", READMES)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_named(name: str, command: str) -> None:
    named = named_in(READMES[name], command)
    assert not [names for names in options_of(command) if not names & named]
    known = set().union(*options_of(command), EVERYWHERE)
    assert not named - known


@pytest.mark.parametrize("name", READMES)
def test_every_command_is_named(name: str) -> None:
    shown = re.findall(r"^\| `([a-z]+)[^|]*` ?(?:, `[a-z]+`)? ?\| ", READMES[name], re.M)
    also = re.findall(r"^\| `[^|]*`, `([a-z]+)` \|", READMES[name], re.M)
    assert set(COMMANDS) <= {*shown, *also}


def test_the_chinese_readme_has_the_same_commands() -> None:
    """Code word for word, but for remarks in a program."""
    mine, theirs = (
        [(kind, re.sub(r"\s*#.*", "", text)) for kind, text in CODE.findall(page)]
        for page in (README, CHINESE)
    )
    kept = [(kind, text) for kind, text in mine if kind]
    assert [(kind, text) for kind, text in theirs if kind] == kept
    markers = re.findall(r"<!-- command: (\w+) -->", README)
    assert re.findall(r"<!-- command: (\w+) -->", CHINESE) == markers


def test_the_chinese_readme_has_the_same_tables_and_links() -> None:
    def first_cells(page: str) -> list[str]:
        return [m[1] for m in ROW.finditer(page)]

    assert first_cells(CHINESE) == first_cells(README)
    links = [set(re.findall(r"\]\(([^)#]+)", page)) - set(READMES) for page in (README, CHINESE)]
    assert links[0] == links[1]
    assert len(re.findall(r"^## ", CHINESE, re.M)) == len(re.findall(r"^## ", README, re.M))


def test_it_is_chinese() -> None:
    """No sentence left in English: outside of code hardly a run of English words."""
    prose = re.sub(r"`[^`]*`|\]\([^)]*\)|<!--.*?-->", "", CODE.sub("", CHINESE))
    assert not re.findall(r"(?:\b[A-Za-z']+\b[ ,]+){6,}", prose)
    assert len(re.findall(r"[\u4e00-\u9fff]", prose)) > 1500


def test_the_glossary_speaks_as_reports_do() -> None:
    rows = ROW_OF_WORDS.findall((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))
    glossary = {english.casefold(): chinese for english, chinese in rows}
    labels = {outcome.label for outcome in OUTCOMES.values()}
    shared = [label for label in labels if label.casefold() in glossary]
    assert len(shared) >= 5
    with speaking("zh"):
        for label in shared:  # a label may say more: how far a roll-out has come
            assert told(label).startswith(glossary[label.casefold()]), label


def test_the_index_leads_to_every_page() -> None:
    docs = ROOT / "docs"
    index = (docs / "README.md").read_text(encoding="utf-8")
    linked = {(docs / link).resolve() for link in re.findall(r"\]\(([^)#]+)", index)}
    pages = {
        path for path in docs.rglob("*.md") if path.parent.name != "decisions" and path != docs / "README.md"
    }
    assert {path.relative_to(docs) for path in pages - linked} == set()
