"""Every answer closes with what kind of knowledge it is."""

from __future__ import annotations

import json

import pytest
from fake_worlds import FakeWorlds

BARE = ("compare", "small", "-j", "1", "--no-plots", "--no-report")


def test_answers_about_a_comparison_close_as_its_verdict_does(desk, say) -> None:
    ending = json.loads(say(*BARE, "--worlds", "32", "--json").out)["verdict"]["ending"]
    assert ending.startswith("A model result, not a forecast; world by world, 'preferred' is ahead of ")
    (run,) = (path.name for path in (desk / "runs").iterdir() if path.is_dir())
    for words in (("trade", run, "--no-plots"), ("explain", run, "-n", "3", "--no-plots", "-j", "1")):
        assert json.loads(say(*words, "--json").out)["ending"] == ending
        assert say(*words, "-q").out.split()[-len(ending.split()) :] == ending.split()


@pytest.mark.parametrize("words", [("flip", "--no-plots"), ("value",)], ids=lambda words: words[0])
def test_answers_about_a_sweep_say_what_they_rest_on(swept, say, words) -> None:
    directory = swept(FakeWorlds())
    command, *options = words
    ending = json.loads(say(command, directory.name, *options, "--json").out)["ending"]
    assert ending.endswith("about the ranges that vary in the sweep; all else is as the scenario assumes.")
    assert say(command, directory.name, *options, "-q").out.split()[-len(ending.split()) :] == ending.split()
