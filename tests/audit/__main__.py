"""`python -m tests.audit`: the whole audit, part by part. Prints what ends otherwise than promised, and a table.

python -m tests.audit                        all parts in their usual size, three quarters of an hour
python -m tests.audit --full                 sizes of a release: 100,000 inputs a target, 500 kills, two hours of soak, ...
python -m tests.audit --part threats         one part; can be repeated
python -m tests.audit --part fuzz --inputs N

Exit code 0 if all is as promised, 1 if not. The tests run the same in short on every commit.
`mutation` and `coverage` are left out unless asked for: they take hours.
"""

from __future__ import annotations

import argparse
import sys
import time

from . import parts


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.audit", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    names = [part.name for part in parts.PARTS]
    parser.add_argument("--part", action="append", choices=names, help="only these")
    parser.add_argument("--area", action="append", choices=parts.AREAS, help="of the threats only these")
    parser.add_argument("--full", action="store_true", help="the sizes of a release")
    parser.add_argument("--seed", type=int, default=1)
    sizes = {part.size: part for part in parts.PARTS if part.size}
    for size, part in sizes.items():
        parser.add_argument(f"--{size}", type=int, help=f"{part.name}: {part.usual}, in full {part.full}")
    asked = parser.parse_args()
    rows, bad = [], False
    chosen = asked.part or (["threats"] if asked.area else names)
    for part in parts.PARTS:
        if part.name not in chosen:
            continue
        given = getattr(asked, part.size) if part.size else None
        size = given if given is not None else part.full if asked.full else part.usual
        began = time.monotonic()
        lines, broken = part.asked(size, parts.Asked(asked.seed, tuple(asked.area or parts.AREAS)))
        bad |= broken
        rows += [f"{part.name if not n else '':<12}{line}" for n, line in enumerate(lines)]
        mark = "OTHERWISE" if broken else "as promised"
        print(f"{part.name}: {mark}, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    print(*rows, sep="\n")
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
