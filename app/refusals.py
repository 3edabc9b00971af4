"""What is wrong with a scenario, in the language of the block.

`simulation.spec` says it in English and knows no languages, like the leader's log (`analysis.reasons`). Here stand the
forms of what it says most often, as templates of the catalogue; whatever has another form stays as it is. Names of fields
stay too: they are what stands in the file.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from analysis.language import ENGLISH, language, mark, told

if TYPE_CHECKING:
    from simulation.spec import Problem

# The first that fits counts. {rest} and {what} are messages or texts of the catalogue themselves.
FORMS = (
    mark("{setting} of policy '{policy}': {rest}"),
    mark("there is no such scenario"), mark("choose one from the list"), mark("the file is empty"),
    mark("the file is larger than {n} MB"), mark("this is not a text file"), mark("this is {what}, not a text file"),
    mark("there are more problems, not shown here"), mark("expected lines of 'key: value', found {value}"),
    mark("not valid YAML: {what}"), mark("a key must be a short name on one line"),
    mark("the key {name} is given twice; first at line {line}, column {column}"), mark("keep one of the two"),
    mark("a tab is used to indent the line"), mark("the anchor {name} is not supported"),
    mark("the alias {name} is not supported"), mark("the tag {name} is not supported"),
    mark("this is a claim, not a scenario"),
    mark("'{name}' is missing in {where}"), mark("'{name}' is missing"),
    mark("unknown key {name} in {where}"), mark("unknown key {name}"), mark("there is no parameter {name}"),
    mark("did you mean '{name}'?"), mark("known: {names}"), mark("it belongs under the lever {name}"),
    mark("it is a parameter: it belongs under world.parameters"), mark("it belongs under world"),
    mark("it belongs at the top of the file"), mark("it is a lever: it belongs under a policy"),
    mark("parameter {name} must be between {low} and {limit}, not {value}"),
    mark("parameter {name} must be {kind}, not {value}"), mark("{name} must be one of {names}, not {value}"),
    mark("{name} must be at least {limit}, not {value}"), mark("{name} must be at most {limit}, not {value}"),
    mark("{name} must be above {limit}, not {value}"), mark("{name} must be below {limit}, not {value}"),
    mark("{name} must be {kind}, not {value}"), mark("{name} needs at least {limit}"), mark("{name} needs at most {limit}"),
    mark("{name} is longer than {n} characters"), mark("shorten it"), mark("remove it"), mark("put it in quotes"),
    mark("{what}; range {low} to {limit}, default {default}, source: {source}"),
    mark("write {number} without quotation marks"), mark("every number must be finite"),
    mark("write {number}: plain digits, no leading zeros, no separators"),
    mark("write a share as a decimal, 10 % as 0.1"), mark("write {number}: a decimal point, not a comma"),
    mark("write {value}; only true and false are logical values"),
    mark("a policy's name has 1 to 80 characters (200 bytes)"), mark("a policy's name cannot contain {sign}"),
    mark("a policy's name cannot begin with '-' or '.', end with '.', or have spaces around it"),
    mark("it also serves as a file name; use letters, digits, _ and -"), mark("choose another name"),
    mark("{name} is a reserved device name on Windows"), mark("{name} has a meaning of its own and cannot name a policy"),
    mark("start_week {week} is not before the end; the last week is {last}"), mark("weeks count from 0"),
    mark("the baseline {name} is not among the policies"), mark("there is no outcome {name}"),
    mark("the outcome '{name}' has no better or worse"), mark("{n} managers for {m} reps"),
    mark("every manager leads at least one rep"), mark("{n} customers for {m} reps"),
    mark("every rep needs at least one customer"), mark("{n} segments for {m} customers"),
    mark("two segments are called '{name}'"), mark("two missions are called '{name}'"), mark("give each a name of its own"),
    mark("the shares of the segments add up to {total}, not 1"), mark("the shares add up to {total}, not 1"),
    mark("take away {number}"), mark("add {number}"), mark("name a share for each segment"),
    mark("there is no policy {name} to inherit from"), mark("there is no policy file {name}"),
    mark("the path is relative to the file that names it"), mark("the policy inherits from itself through {name}"),
    mark("break the circle"), mark("{what} about {needed} GiB; this machine has {there} GiB"), mark("a run needs"),
    mark("fewer customers, weeks or replications"),
    mark("{n} teams for {m} segments"), mark("a team needs a segment of its own"), mark("{share} of {m} reps is nobody"),
    mark("raise the share"), mark("{n} teams and the rest of the segments need {needed} reps, there are {there}"),
    mark("fewer teams: nobody may develop a segment without a rep"),
    mark("there is nothing to abandon: territory.mode is open"), mark("there is nothing to test: territory.mode is open"),
    mark("give the policy a territory"), mark("no evidence is ever looked at: review.every is 0"),
    mark("there are no retrospectives to hear of"), mark("nobody is interviewed: interviews_a_week is 0"),
    mark("all reps are under the policy from the start: there are no others to compare with"),
    mark("{name} show how reps work, not which segment is better"), mark("one of {names}"),
    mark("week {week} is not between start week {first} and last week {last}"),
    mark("a review may move {share} of {m} reps, which is nobody"), mark("raise it to a rep at least"),
    mark("a review changes nothing while decision.rule is fixed"), mark("there is no segment '{name}'"),
    mark("the world has no missions to go on"), mark("list them under `world.missions`, or leave 0"),
    mark("the quota is lifted in the guarantee weeks, and there are none"), mark("set guarantee_weeks too"),
    mark("there is no account '{name}': the segment has {n} customers"), mark("there is no account '{name}'"),
    mark("numbers run from 0 to {n}"), mark("there is no other segment to rotate to"), mark("add a segment"),
    mark("training and writing the playbook take all the time there is to sell"), mark("lower one of them"),
    mark("reps who have a home segment cannot rotate to others"), mark("rotate under open territories"),
)  # fmt: skip
WORDS = (
    mark("a whole number"), mark("a number"), mark("text"), mark("true or false"), mark("a group of 'key: value' lines"),
    mark("a list"), mark("a finite number"), mark("nothing"), mark("a group of keys"), mark("items"), mark("item"),
)  # fmt: skip


def problem_in_words(problem: Problem, located: bool = True) -> str:
    """A problem as `str` gives it, in the language of the block; without `located` only what is wrong and what to do."""
    place = str(problem)[: str(problem).index(f": {problem.message}") + 2] if located else ""
    return place + with_hint(problem.message, problem.hint)


def with_hint(message: str, hint: str) -> str:
    """What is wrong, and in brackets what to write instead, if that is known."""
    brackets = told(mark(" ({hint})"))
    return refusal_in_words(message) + (brackets.format(hint=refusal_in_words(hint)) if hint else "")


def refusal_in_words(text: str) -> str:
    """A message or a hint; as it is in English, and where its form is not known."""
    if language() == ENGLISH:
        return text
    if (whole := told(text)) != text:
        return whole
    for template, form in _compiled():
        if found := form.fullmatch(text):
            return told(template).format(
                **{name: _part(name, part) for name, part in found.groupdict().items()}
            )
    return text


def _part(name: str, text: str) -> str:
    """A field of a template: names and numbers stay, words and units are said."""
    if name in ("rest", "what"):
        return refusal_in_words(text)
    if name in ("kind", "value"):
        return told(text)
    if name == "limit":
        number, _, unit = text.partition(" ")
        return f"{number} {told(unit)}".strip()
    return text


@cache
def _compiled() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each template with the expression that its sentences match."""
    forms = []
    for template in FORMS:
        parts = re.split(r"\{(\w+)\}", template)
        texts = [re.escape(part) if n % 2 == 0 else f"(?P<{part}>.+?)" for n, part in enumerate(parts)]
        forms.append((template, re.compile("".join(texts), re.S)))
    return tuple(forms)
