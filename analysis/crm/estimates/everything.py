"""All that a CRM's history tells of the model, question by question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analysis.crm.estimates.chances import chances
from analysis.crm.estimates.engine import Lived
from analysis.crm.estimates.groups import Differences, differences, top_share
from analysis.crm.estimates.hand_over import hand_over
from analysis.crm.estimates.hazards_told import Ranges
from analysis.crm.estimates.histories import Histories, histories
from analysis.crm.estimates.learning import learning
from analysis.crm.estimates.optimism import optimism
from analysis.crm.estimates.process import Process
from analysis.crm.estimates.roster import roster
from analysis.crm.estimates.season import quarter_end
from analysis.crm.estimates.settled import settled
from analysis.crm.estimates.talent import talent
from analysis.crm.estimates.worth import worth
from analysis.crm.finding import Estimate, narrow_enough
from analysis.crm.forecast import in_band, rolling

if TYPE_CHECKING:
    from analysis.crm.table import Crm


@dataclass(frozen=True)
class Findings:
    """Estimates by question, in the order of a report, and what a scenario is built of beside them."""

    questions: Mapping[str, list[Estimate]]
    process: Process | None
    reps: Differences
    segments: Differences

    def __iter__(self) -> Iterator[Estimate]:
        return (one for estimates in self.questions.values() for one in estimates)

    def named(self, name: str) -> Estimate | None:
        """The estimate of this name, if there is one."""
        return next((one for one in self if one.name == name), None)


def estimate(crm: Crm, ranges: Ranges, defaults: Mapping[str, float], lived: Lived | None = None) -> Findings:
    """Every question asked of the history. `ranges` and `defaults` by parameter: where the model can go and where it is.

    `lived` tells what scores are in the engine at given parameters; without it they are as in `Scores`.
    """
    history = histories(crm)
    found = of_parameters(crm, history, ranges, defaults, lived)
    questions = {
        "Winning and losing": chances(history),
        **found.questions,
        "Learning, seasons, hand-overs (told only: they set nothing)": [
            learning(crm, history),
            quarter_end(crm),
            hand_over(crm, history),
        ],
        "Stated certainties": optimism(crm, history),
        "The sales force": roster(crm, history, found.process, defaults),
        "Does the history predict itself": [in_band(rolling(history))],
    }
    sure = {
        question: [
            narrow_enough(one, ranges[one.parameter]) if one.parameter in ranges else one for one in estimates
        ]
        for question, estimates in questions.items()
    }
    return replace(found, questions=sure)


def of_parameters(
    crm: Crm,
    history: Histories,
    ranges: Ranges,
    defaults: Mapping[str, float],
    lived: Lived | None = None,
) -> Findings:
    """The questions about deals, reps and segments alone: those whose answers a scenario is built of."""
    reps, segments = (differences(crm, history, by) for by in ("rep", "segment"))
    odds = reps.estimates[0]
    known = odds.value if odds.finding == "found" else None
    fitted = settled(crm, history, ranges, defaults, lived, known)
    questions = {
        "The model's opportunity": fitted.estimates if fitted else [],
        "Deal values": worth(history, fitted, defaults["value_slope"], ranges["value_slope"]),
        "Reps": [
            odds,
            talent(odds, reps.spreads.get("odds"), history, fitted, ranges["talent_weight"]),
            *reps.estimates[1:],
            top_share(crm),
        ],
        "Segments": segments.estimates,
    }
    return Findings(questions, fitted, reps, segments)
