"""Live one scenario in the engine and in the reference, week by week, and print the first difference and its phase.

    python -m benchmarks.reference.compare scenarios/industry_focus.yaml --policy lockdown
    python -m benchmarks.reference.compare scenarios/spiral.yaml --set weeks=40 --close playbook

Without --policy every policy is lived. The world is made small: 12 reps, 3 managers, 300 customers, a burn-in of 13 weeks
and 60 more; policies part in week 9. --set changes it further. The exit code is 1 where they part. The first run
compiles the engine and prints nothing until that is done.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from benchmarks.plainly import asked_for, plainly

Verbatim = argparse.RawDescriptionHelpFormatter
SMALL = (
    *("world.reps=12", "world.managers=3", "world.customers=300"),
    *("weeks=60", "start_week=9", "burn_in_weeks=13"),
)


@plainly
def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=Verbatim)
    parser.add_argument("scenario", help="a file, or the name of one in scenarios/")
    parser.add_argument("--policy", action="append", default=[], help="this one alone; repeatable")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", dest="overrides",
        help="change a setting of the scenario; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--close", action="append", default=[], metavar="GATE",
        help="keep a mechanism, from the start week on, as it was then; repeatable",
    )  # fmt: skip
    parser.add_argument("--replication", type=int, default=0, help="the world's number, from 0 on")
    parser.add_argument("--as-it-is", action="store_true", help="the scenario's own size")
    options = parser.parse_args(words)

    from benchmarks.reference.side_by_side import gates, same_history

    small = [] if options.as_it_is else list(SMALL)
    if unknown := sorted(set(options.close) - set(gates())):
        parser.error(f"no gate {', '.join(unknown)}; there are {', '.join(gates())}")
    scenario, policies = asked_for(options.scenario, [*small, *options.overrides], options.policy)
    faults = 0
    for policy in policies:
        began = time.perf_counter()
        found = same_history(scenario, policy, None, options.replication, options.close)
        faults += found is not None
        print(f"{policy}: {found or 'the same'} ({time.perf_counter() - began:.1f} s)", flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
