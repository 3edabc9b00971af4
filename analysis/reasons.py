"""The leader's log in the language of the block: the model writes reasons in English, of forms that are known here."""

from __future__ import annotations

import re
from collections.abc import Callable

from analysis.language import ENGLISH, language, mark, say, told

ACTIONS = (
    mark("start"), mark("expand"), mark("retreat"), mark("hold"), mark("withdraw"), mark("commit"), mark("try"),
    mark("mission"), mark("call off"), mark("breakthrough"),
)  # fmt: skip
BEFORE_AFTER = mark("observed")  # what the log calls evidence of reps against their own trend
_NUMBER = r"([-+]?[\d.]+(?:inf)?)"
_EVIDENCE = rf"(.+?): {_NUMBER} \+- {_NUMBER} standard deviations over (\d+) (.+) reps"


def _named(**choices: str) -> dict[str, str]:
    """Choices of levers as people read them."""
    return {name: told(choice.replace("_", " ")) for name, choice in choices.items()}


_FORMS: tuple[tuple[str, Callable[..., str]], ...] = (
    (r"(\d+) reps under the policy; homes: (.*)",
     lambda reps, homes: say("{reps} reps under the policy; homes: {homes}", reps=reps, homes=homes)),
    (r"abandoned at week (\d+) as the policy says",
     lambda week: say("abandoned at week {week} as the policy says", week=week)),
    (rf"clearly better, {_EVIDENCE}",
     lambda source, mean, error, pairs, design: say(
         "clearly better, by {source}: {mean} ± {error} standard deviations over {pairs} reps ({design})",
         mean=mean, error=error, pairs=pairs, **_named(source=source, design=design))),
    (rf"clearly worse, {_EVIDENCE}",
     lambda source, mean, error, pairs, design: say(
         "clearly worse, by {source}: {mean} ± {error} standard deviations over {pairs} reps ({design})",
         mean=mean, error=error, pairs=pairs, **_named(source=source, design=design))),
    (rf"not clear yet, {_EVIDENCE}",
     lambda source, mean, error, pairs, design: say(
         "not clear yet, by {source}: {mean} ± {error} standard deviations over {pairs} reps ({design})",
         mean=mean, error=error, pairs=pairs, **_named(source=source, design=design))),
    (rf"(.+) first: best with probability {_NUMBER} after all have been tried",
     lambda name, p: say("{name} first: best with probability {p} after all have been tried", name=name, p=p)),
    (rf"(.+) first: best with probability {_NUMBER}",
     lambda name, p: say("{name} first: best with probability {p}", name=name, p=p)),
    (rf"(.+) first: another is best with probability {_NUMBER}",
     lambda name, p: say("{name} first: another is best with probability {p}", name=name, p=p)),
    (rf"(.+) first: by lot, believed fit {_NUMBER}",
     lambda name, fit: say("{name} first: by lot, believed fit {fit}", name=name, fit=fit)),
    (rf"(.+) first: a draw from the beliefs, mean {_NUMBER} \+- {_NUMBER}",
     lambda name, mean, sd: say("{name} first: a draw from the beliefs, {mean} ± {sd}", name=name, mean=mean, sd=sd)),
    (r"(.+), round (\d+): (\d+) reps, (\d+%) of their time",
     lambda name, round_, reps, time: say(
         "{name}, round {round}: {reps} reps, {time} of their time", name=name, round=round_, reps=reps, time=time)),
    (rf"(.+): after {_NUMBER} person-weeks at full competence",
     lambda name, weeks: say("{name}: after {weeks} person-weeks at full competence", name=name, weeks=weeks)),
)  # fmt: skip


def action_in_words(name: str) -> str:
    """What a leader did."""
    return told(name) if name in ACTIONS else name


def reason_in_words(text: str) -> str:
    """Why; as it is in English, and where the form is not known."""
    if language() == ENGLISH:
        return text
    for form, spoken in _FORMS:
        if found := re.fullmatch(form, text):
            return spoken(*found.groups())
    return text
