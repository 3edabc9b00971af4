"""EMA Workbench on a model that does nothing: milliseconds an experiment, in sequence and over two processes.

Nothing is durable there. For an environment of its own: `pip install ema_workbench==2.5.3`, then
`python benchmarks/ema.py 20000`.
"""

import json
import logging
import sys
import time

from ema_workbench import Model, MultiprocessingEvaluator, RealParameter, ScalarOutcome, SequentialEvaluator


def nothing(overlap: float = 0.5, reps: float = 20.0) -> dict[str, float]:
    """One outcome from two uncertainties."""
    return {"new_arr": overlap * reps}


def timed(evaluator: object, number: int) -> float:
    """Seconds for so many experiments, the start of processes not among them."""
    evaluator.perform_experiments(100)
    began = time.perf_counter()
    evaluator.perform_experiments(number)
    return time.perf_counter() - began


def main() -> None:
    """Print both as JSON."""
    logging.disable(logging.CRITICAL)
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    model = Model("nothing", function=nothing)
    model.uncertainties = [RealParameter("overlap", 0, 1), RealParameter("reps", 16, 24)]
    model.outcomes = [ScalarOutcome("new_arr")]
    found = {}
    for name, make in {
        "sequence_ms": SequentialEvaluator,
        "two_processes_ms": lambda given: MultiprocessingEvaluator(given, n_processes=2),
    }.items():
        with make(model) as evaluator:
            found[name] = 1e3 * timed(evaluator, number) / number
    print(json.dumps(found))


if __name__ == "__main__":
    main()
