"""`python -m tests.audit`: the whole audit, part by part. Prints what ends otherwise than promised, and a table.

python -m tests.audit                        all parts in their usual size, three quarters of an hour
python -m tests.audit --full                 sizes of a release: 100,000 inputs a target, 500 kills, two hours of soak, ...
python -m tests.audit --part threats         one part; can be repeated
python -m tests.audit --part fuzz --inputs N

A part ends as promised, OTHERWISE, or is not asked. Exit code 0 if something was asked and all of it is as promised, else 1.
The tests run the same in short on every commit.
`mutation` and `coverage` are not asked unless a size is given or with --full: they take hours.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections.abc import Sequence

from . import parts
from .parts import Answer, End
from .sizes import at_least_one


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.audit", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    names = [part.name for part in parts.PARTS]
    parser.add_argument("--part", action="append", choices=names, help="only these")
    parser.add_argument("--area", action="append", choices=parts.AREAS, help="of the threats only these")
    parser.add_argument("--full", action="store_true", help="the sizes of a release")
    parser.add_argument("--seed", type=int, default=1)
    for part in parts.PARTS:
        if part.size:
            usual = part.usual or "not asked"
            parser.add_argument(
                f"--{part.size}", type=at_least_one, help=f"{part.name}: {usual}, in full {part.full}"
            )
    said = parser.parse_args(arguments)
    options = parts.Options(said.seed, tuple(said.area or parts.AREAS))
    chosen = said.part or (["threats"] if said.area else names)
    rows, ends = [], []
    for part in parts.PARTS:
        if part.name not in chosen:
            continue
        given = getattr(said, part.size.replace("-", "_")) if part.size else None
        size = given if given is not None else part.full if said.full else part.usual
        began = time.monotonic()
        answer = answered(part, size, options)
        ends.append(answer.end)
        rows += [f"{part.name if not n else '':<12}{line}" for n, line in enumerate(answer.lines)]
        print(f"{part.name}: {answer.end}, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    print(*rows, sep="\n")
    return int(End.OTHERWISE in ends or End.PROMISED not in ends)


def answered(part: parts.Part, size: int, options: parts.Options) -> Answer:
    """The answer of a part; one that cannot be asked has not kept its promise, and does not stop the others."""
    try:
        return part.ask(size, options)
    except Exception as error:
        traceback.print_exc()
        words = " ".join(str(error).split())
        return Answer([f"OTHERWISE: {type(error).__name__}: {words}"[:300]], End.OTHERWISE)


if __name__ == "__main__":
    sys.exit(main())
