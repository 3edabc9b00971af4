"""Search random worlds and policies for one in which engine and reference part.

    python -m benchmarks.reference.search --examples 500
    python -m benchmarks.reference.search --examples 500 --seed 7     # others

What is found is made as small as possible and printed as a scenario file.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

Verbatim = argparse.RawDescriptionHelpFormatter


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=Verbatim)
    parser.add_argument("--examples", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(words)

    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded

    from benchmarks.reference.side_by_side import same_history
    from benchmarks.reference.specs import Case, cases

    began, tried = time.perf_counter(), []

    @seeded(options.seed)
    @settings(
        max_examples=options.examples,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases())
    def compare(case: Case) -> None:
        tried.append(case)
        if len(tried) % 50 == 0:
            print(f"{len(tried)} lived, {time.perf_counter() - began:.0f} s", flush=True)
        try:
            found = same_history(case.scenario, case.policy, None, case.replication, case.closed_gates)
        except Exception as error:
            raise AssertionError(f"{type(error).__name__}: {error}\n{case}") from error
        assert found is None, f"{found}\n{case}"

    try:
        compare()
    except AssertionError as error:
        print(error)
        return 1
    print(f"{len(tried)} random worlds and policies: the same ({time.perf_counter() - began:.0f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
