"""Every text that people read is there in Chinese, with the same fields in it, and the compiled catalogue is current."""

from __future__ import annotations

import gettext
import string
import threading

import pytest
from babel.messages.pofile import read_po

from analysis.language import LANGUAGES, count, language, listed, quoted, say, speaking, told
from app.translations import file_of, texts

OTHERS = [name for name in LANGUAGES if name != "en"]


def catalogue(name: str) -> dict[str | tuple[str, str], str]:
    """Key -> text; keys with a plural are pairs."""
    with file_of(name, ".po").open("rb") as file:
        found = read_po(file, locale=name)
    return {
        tuple(m.id) if isinstance(m.id, (list, tuple)) else m.id: m.string
        if isinstance(m.string, str)
        else m.string[0]
        for m in found
        if m.id
    }


def fields(text: str) -> list[str]:
    """Named fields of a template with their format, sorted."""
    return sorted(f"{name}:{form}" for _, name, form, _ in string.Formatter().parse(text) if name is not None)


@pytest.fixture(scope="module")
def wanted() -> set[str | tuple[str, str]]:
    return texts()


@pytest.mark.parametrize("name", OTHERS)
def test_every_text_is_translated_and_none_is_left_over(
    name: str, wanted: set[str | tuple[str, str]]
) -> None:
    there = catalogue(name)
    assert len(wanted) > 400
    again = "run `python -m app.translations`, translate what it names"
    assert not wanted - there.keys(), again
    assert not there.keys() - wanted, again
    assert not [key for key, text in there.items() if not text.strip(" ")], again


@pytest.mark.parametrize("name", OTHERS)
def test_translations_have_the_fields_of_their_template(
    name: str, wanted: set[str | tuple[str, str]]
) -> None:
    for key, text in catalogue(name).items():
        template = key if isinstance(key, str) else key[1]
        if "{" not in template:
            continue
        assert fields(text) == fields(template), (template, text)


@pytest.mark.parametrize("name", OTHERS)
def test_the_compiled_catalogue_is_that_of_the_text_file(name: str) -> None:
    with file_of(name, ".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    there = catalogue(name)
    for key, text in there.items():
        found = compiled.gettext(key) if isinstance(key, str) else compiled.ngettext(*key, 2)
        assert found == text
    assert len(compiled._catalog) - 1 == len(there)  # type: ignore[attr-defined]  # one is the header


def test_a_sentence_is_said_in_the_language_of_its_block() -> None:
    assert language() == "en"
    with speaking("zh"):
        assert told("Morale") == "士气"
        assert quoted("open") == "“open”"
        assert listed(["a", "b", "c"]) == "a、b和c"
        with speaking("en"):
            assert told("Morale") == "Morale"
        assert language() == "zh"
    assert quoted("open") == "'open'"
    assert listed(["a", "b", "c"], "or") == "a, b or c"
    assert listed([]) == ""
    with pytest.raises(ValueError, match="there is no language 'fr'"), speaking("fr"):
        pass


def test_what_users_type_is_no_template_and_no_key() -> None:
    for name in ("{0}", "{name}", "Morale", "%s", "<b>"):
        with speaking("zh"):
            assert name in quoted(name)
    assert say("{first} and {last}", first="{last}", last="x") == "{last} and x"
    assert told("a text that nobody translated") == "a text that nobody translated"
    assert told("") == ""  # gettext would give the header of the catalogue


def test_other_threads_speak_english() -> None:
    heard = []
    with speaking("zh"):
        thread = threading.Thread(target=lambda: heard.append(language()))
        thread.start()
        thread.join()
    assert heard == ["en"]


def test_one_and_many() -> None:
    assert count("{n} draw", "{n} draws", 1) == "1 draw"
    assert count("{n} draw", "{n} draws", 2) == "2 draws"
