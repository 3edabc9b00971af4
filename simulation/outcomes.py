"""Every outcome: name, unit, direction, how a run's weeks become one number. The one list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from simulation.measures import MEASURES, MeasureFaultError


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing the tool measures.

    `direction` is +1 where more is better, -1 where less is better, 0 where neither. `reduce` says how weekly values
    become a run's value: "sum" over all weeks, "sum_from_start" and "mean_from_start" over the weeks from the start of
    the policy on, "last" for the final week, "" for outcomes that have no weekly column.
    """

    name: str
    unit: str
    direction: int
    weekly: bool
    reduce: str
    label: str
    description: str


def _weekly(name: str, unit: str, direction: int, reduce: str, label: str, description: str) -> Outcome:
    return Outcome(name, unit, direction, True, reduce, label, description)


_ALL = (
    _weekly("new_arr", "cents", 1, "sum_from_start", "New ARR", "money won in new annual contracts"),
    _weekly("recurring_revenue", "cents", 1, "last", "Recurring revenue", "annual recurring revenue in force"),
    _weekly("expansion", "cents", 1, "sum_from_start", "Expansion", "growth of contracts at renewal"),
    _weekly("contraction", "cents", -1, "sum_from_start", "Contraction", "shrinkage of contracts at renewal"),
    _weekly("churn", "cents", -1, "sum_from_start", "Churn", "annual value of contracts not renewed"),
    _weekly("renewed", "cents", 1, "sum_from_start", "Renewals", "annual value of contracts renewed, before changes"),
    _weekly("gross_margin", "cents", 1, "sum_from_start", "Gross margin", "recognised revenue less declared costs"),
    _weekly("net_retention", "ratio", 1, "last", "Net retention",
            "value of contracts after renewal over value before, of those due in the last 52 weeks"),
    _weekly("morale_mean", "0-1", 1, "mean_from_start", "Morale", "mean morale of employed reps"),
    _weekly("morale_p10", "0-1", 1, "mean_from_start", "Morale, lowest tenth", "10th percentile of reps' morale"),
    _weekly("exits", "reps", -1, "sum_from_start", "Exits", "reps who left, of their own will or not"),
    _weekly("exits_voluntary", "reps", -1, "sum_from_start", "Resignations", "reps who left of their own will"),
    _weekly("knowledge_mean", "-1..1", 1, "last", "Knowledge",
            "right less wrong practices, equal weight for each segment, employed reps"),
    _weekly("knowledge_applied", "-1..1", 1, "last", "Knowledge applied", "right less wrong practices, weighted by where reps work, employed reps"),
    _weekly("knowledge_top", "-1..1", 1, "last", "Knowledge of the top quarter", "mean knowledge of the top quarter of reps"),
    _weekly("knowledge_gap", "-1..1", -1, "last", "Gap in knowledge", "knowledge applied: mean of the top fifth of reps less the median"),
    _weekly("output_gap", "ratio", -1, "mean_from_start", "Gap in output",
            "money of deals won in 26 weeks: mean of the top fifth of reps over the median, less 1; of those there so long"),
    _weekly("playbook_depth", "-1..1", 1, "last", "Playbook depth", "right less wrong practices, mean of segments"),
    _weekly("bench_strength", "reps per segment", 1, "last", "Bench strength",
            "reps at full proficiency in a segment, mean of segments"),
    _weekly("belief_spread", "share", -1, "last", "Spread of beliefs", "mean disagreement between reps on a practice"),
    _weekly("opportunities", "deals", 0, "sum_from_start", "Opportunities", "opportunities opened"),
    _weekly("deals_won", "deals", 1, "sum_from_start", "Deals won", "opportunities won"),
    _weekly("deals_lost", "deals", -1, "sum_from_start", "Deals lost", "opportunities lost, leads included"),
    _weekly("deals_undecided", "deals", -1, "sum_from_start", "No decision", "opportunities that ended undecided"),
    _weekly("customers", "customers", 1, "last", "Customers", "accounts under contract"),
    _weekly("open_pipeline_value", "cents", 1, "last", "True pipeline",
            "open deals times their chance of being won if their scores stay"),
    _weekly("stated_pipeline_value", "cents", 0, "last", "Stated pipeline", "the pipeline as it reaches the leader"),
    _weekly("truth_gap", "ratio", -1, "mean_from_start", "Truth gap", "stated over true pipeline, less 1"),
    _weekly("handovers_policy", "accounts", -1, "sum_from_start", "Hand-overs, policy", "accounts moved by the policy"),
    _weekly("handovers_exit", "accounts", -1, "sum_from_start", "Hand-overs, exit", "accounts orphaned by exits"),
    _weekly("handovers_hire", "accounts", -1, "sum_from_start", "Hand-overs, hire", "accounts passed to newcomers"),
    _weekly("pooled", "accounts", 0, "sum_from_start", "Back to the pool", "accounts that went back to the public pool"),
    _weekly("fake_touches", "touches", -1, "sum_from_start", "Fake touches", "touches logged that never happened"),
    _weekly("transition_cost", "cents", -1, "sum_from_start", "Cost of transition", "guaranteed pay and lifted quota"),
    _weekly("programme_cost", "cents", -1, "sum_from_start", "Cost of recording", "recorded and analysed conversations"),
    _weekly("selling_hours", "hours", 0, "sum_from_start", "Selling hours", "hours of reps that reached customers"),
    _weekly("rollout", "share", 0, "last", "Roll-out", "share of reps under the policy"),
    _weekly("missions_won", "roads", 1, "sum_from_start", "Roads opened", "breakthroughs of missions"),
    _weekly("mission_effort", "person-weeks", 0, "sum_from_start", "Mission effort", "selling effort that went into missions"),
    _weekly("mission_arr", "cents", 1, "last", "Revenue of opened roads", "part of recurring revenue that missions brought"),
    _weekly("road_belief", "probability", 0, "last", "Belief in the road",
            "the leader's belief that roads tried can be passed, mean of missions"),
    _weekly("road_brier", "0-1", -1, "mean_from_start", "Error of the belief in the road", "squared error of the leader's belief that a road can be passed against the truth, mean of missions"),
    _weekly("craft_mean", "0-1", 1, "last", "Craft", "mean craft of employed reps, from missions"),
    _weekly("next_leaders", "reps", 1, "last", "Next leaders", "employed reps with the craft to lead"),
    _weekly("maturity", "0-1", 1, "last", "Process maturity", "how far the firm's process is standard and written down"),
    _weekly("belief_brier", "0-1", -1, "last", "Brier score of beliefs",
            "mean squared error of the leader's chances of each segment to be the best; nan where segments are not compared"),
    Outcome("commit_week", "week", 0, False, "", "Week of commitment",
            "first week in which the leader commits to a segment; nan if never"),
    Outcome("commit_correct", "share", 1, False, "", "Right commitment",
            "1 if the segment committed to in the end has the highest latent margin per opportunity; nan without a commitment"),
    Outcome("switches", "switches", 0, False, "", "Switches", "commitments to another segment after the first"),
    Outcome("morale_break_week", "week", 0, False, "", "Week morale breaks",
            "first week in which mean morale is 0.05 below its mean of the 13 weeks before the start; nan if never"),
)



def _own() -> dict[str, Outcome]:
    """Those dropped into `simulation/measures`. MeasureFaultError for one that takes a name from the list above."""
    for name, one in MEASURES.items():
        if name in {o.name for o in _ALL}:
            file = one.of.__module__.replace(".", "/") + ".py"
            raise MeasureFaultError(file, f"the name '{name}' is taken by an outcome of simulation/outcomes.py")
    return {
        m.name: _weekly(m.name, m.unit, m.direction, m.reduce, m.label, m.description) for m in MEASURES.values()
    }


OUTCOMES: Mapping[str, Outcome] = MappingProxyType({o.name: o for o in _ALL} | _own())
"""Every outcome by name, in the order of tables."""
