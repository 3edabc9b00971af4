"""The catalogue of what people read: `python -m app.translations` brings it up to date with the code.

Texts come from calls of `say`, `count` and `mark` in `analysis` and `app`, from the report's template, and from tables of
the model: outcomes, parameters, levers, signals, and the scenarios that are shipped. A new text gets an empty translation,
one that is gone is dropped, and the compiled file is written again. Needs Babel, of the extra `dev`.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analysis.language import DOMAIN, ENGLISH, LANGUAGES, LOCALE

ROOT = Path(__file__).parents[1]
KEYWORDS: dict[str, Any] = {"say": None, "mark": None, "count": (1, 2)}
SOURCES = [("**.py", "python"), ("**.j2", "jinja2.ext:babel_extract")]
WIDTH = 120
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # files hold no clock time


def file_of(language: str, suffix: str) -> Path:
    """The catalogue of a language: .po for people, .mo for programs."""
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}{suffix}"


def texts() -> set[str | tuple[str, str]]:
    """Every text there is to translate; pairs are singular and plural."""
    return {*_of_code(), *filter(None, _of_tables()), *filter(None, _of_scenarios())}


def _of_code() -> Iterator[str | tuple[str, str]]:
    from babel.messages.extract import extract_from_dir

    for folder in ("analysis", "app"):
        for _, _, message, _, _ in extract_from_dir(ROOT / folder, SOURCES, {}, KEYWORDS):
            yield message if isinstance(message, str) else (message[0], message[1])


def _of_tables() -> Iterator[str]:
    from analysis.explain import DIRECT_WORDS
    from app.live.controls import choice_words, every_control, words
    from simulation.levers import LEVERS, OUTSIDE
    from simulation.outcomes import OUTCOMES
    from simulation.parameters import PARAMETERS
    from simulation.runs.watched import SIGNALS
    from simulation.spec.fields import first_line
    from simulation.spec.schema import Scenario
    from simulation.spec.world_schema import Segment, World
    from simulation.world.gates import GATE_WORDS

    for outcome in OUTCOMES.values():
        yield from (outcome.label, outcome.description, outcome.unit)
    for parameter in PARAMETERS.values():
        yield from (parameter.group, parameter.description, parameter.unit, choice_words(parameter.name))
    for name, lever in LEVERS.items():
        if name not in OUTSIDE:
            yield from (words(name), first_line(lever))
            yield from (field.description or "" for field in lever.model_fields.values())
    for model in (Scenario, World, Segment):  # hints of what is wrong with a file
        yield from (field.description or "" for field in model.model_fields.values())
    for control in every_control():
        yield from (words(control.name), control.hint, control.unit, *map(choice_words, control.choices))
    yield from (*SIGNALS.values(), *GATE_WORDS.values(), DIRECT_WORDS)


def _of_scenarios() -> Iterator[str]:
    """Questions and descriptions of what is shipped; those of users stay as they are."""
    from simulation.spec import load_scenario

    for path in sorted((ROOT / "scenarios").glob("*.yaml")):
        scenario = load_scenario(path)
        yield from (scenario.question, scenario.description)
        yield from (policy.description for policy in scenario.policies.values())


def updated(language: str) -> tuple[bytes, bytes]:
    """The .po and the .mo of a language as they should be, with the translations that the file has."""
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po, write_po

    path = file_of(language, ".po")
    kept: dict[Any, Any] = {}
    if path.is_file():
        with path.open("rb") as file:
            kept = {message.id: message.string for message in read_po(file, locale=language) if message.id}
    catalogue = Catalog(
        language, project="Sales Policy Lab", version="1", msgid_bugs_address="none", fuzzy=False,
        copyright_holder="Sales Policy Lab contributors", last_translator="Sales Policy Lab contributors",
        language_team="none", creation_date=EPOCH, revision_date=EPOCH,
        header_comment="# What people read. Made by `python -m app.translations`; translate here.",
    )  # fmt: skip
    for text in texts():
        catalogue.add(text, kept.get(text, ("",) if isinstance(text, tuple) else ""))
    po, mo = io.BytesIO(), io.BytesIO()
    write_po(po, catalogue, width=WIDTH, sort_output=True, omit_header=False)
    write_mo(mo, catalogue)
    return po.getvalue(), mo.getvalue()


def untranslated(language: str) -> list[str]:
    """Texts without a translation."""
    from babel.messages.pofile import read_po

    with file_of(language, ".po").open("rb") as file:
        return [
            str(message.id)
            for message in read_po(file, locale=language)
            if message.id and not _whole(message.string)
        ]


def _whole(string: Any) -> bool:
    return all(string) if isinstance(string, (tuple, list)) else bool(string)


def main() -> None:
    """Write the files of every language again, and name what lacks a translation."""
    for language in LANGUAGES:
        if language == ENGLISH:
            continue
        for suffix, content in zip((".po", ".mo"), updated(language), strict=True):
            path = file_of(language, suffix)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        missing = untranslated(language)
        print(f"{language}: {len(missing)} texts without a translation")
        for text in missing:
            print(f"  {text}")
        if missing:
            sys.exit(1)


if __name__ == "__main__":
    main()
