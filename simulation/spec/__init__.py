"""What a scenario may say: schema, YAML reading with line numbers, inheritance of policies, overrides.

    scenario = load_scenario("scenarios/industry_focus.yaml", ["world.reps=60"])

Importing this package loads yaml and pydantic, no model and no compiler.
"""

from simulation.spec.claims import Claim, Comparison, Pair, load_claims
from simulation.spec.dump import dump_scenario
from simulation.spec.editors import json_schema
from simulation.spec.load import load_scenario
from simulation.spec.problems import Mark, Problem, SpecError
from simulation.spec.schema import Policy, PolicyBase, Scenario
from simulation.spec.validate import check_files, checked
from simulation.spec.world_schema import Segment, World

__all__ = [
    "Claim",
    "Comparison",
    "Mark",
    "Pair",
    "Policy",
    "PolicyBase",
    "Problem",
    "Scenario",
    "Segment",
    "SpecError",
    "World",
    "check_files",
    "checked",
    "dump_scenario",
    "json_schema",
    "load_claims",
    "load_scenario",
]
