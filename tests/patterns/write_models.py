"""Two chapters of docs/validation.md: published models, and the hot stove in the sales model."""

from __future__ import annotations

from collections.abc import Iterator

from tests.patterns import hot_stove
from tests.patterns.page import pm, prose, table
from tests.patterns.published import march
from tests.patterns.published.printed import all_checks, mean


def published() -> Iterator[str]:
    yield "## Published models\n"
    yield prose(
        "`python -m tests.patterns.published.printed`. The kernels and rules of the sales model itself",
        "(`kernels/learning.py`, `simulation/choosing.py`) live six published models. A figure agrees if it lies within",
        "three combined standard errors, plus the rounding, of what was printed: a right rule fails at most 1 time in 370.",
        "March's cells have no error of their own here; Denrell & March's share is of 5,000 learners, Posen & Levinthal's",
        "means are of 25,000. `tests/patterns/test_published.py` also shows, for each model, a slightly wrong rule that is",
        "caught: beliefs that leap, an aspiration that stands still, a prior without weight, a commitment that goes on",
        "learning, hope by the wrong form, worlds that are not paired.",
    )
    rows = [
        (
            check.model,
            check.figure,
            f"{check.printed:.6g}" + (f" ± {check.printed_error:.2g}" if check.printed_error else ""),
            f"{check.ours:.6g}",
            f"{check.error:.2g}" if check.error else "exact",
            "agrees" if check.agrees else "**outside**",
        )
        for _, checks, _ in all_checks()
        for check in checks
    ]
    yield table(("model", "figure", "published", "ours", "standard error", "verdict"), rows)
    late, some = (march.turbulent(p3, 400, 300)[200:].mean(axis=0) for p3 in (0.0, 0.1))
    slow, fast = (march.equilibrium(p1, p2=0.9, runs=2000) for p1 in (0.1, 0.9))
    yield prose(
        "Patterns of March (1991) without a printed number here. Under turbulence (p4 = .02, p1 = p2 = .5) knowledge in",
        f"periods 200-399 is {pm(mean(late))} without turnover and {pm(mean(some))} with a turnover of .1. Slow",
        f"socialisation beats fast under strong codification (p2 = .9): {pm(mean(slow))} at p1 = .1",
        f"against {pm(mean(fast))} at .9.",
    )


def burnt() -> Iterator[str]:
    sure, flagship = hot_stove.by_speed(controlled=True), hot_stove.by_speed(controlled=False)
    yield "## The hot stove in the model (S10)\n"
    yield prose(
        "`python -m tests.patterns.hot_stove`. Reps learn from closed deals whether to start others where they know less",
        "(`hot_stove`, off by default; rule of Denrell & March 2001). Share of starts in unfamiliar segments, weeks 0-51,",
        f"{hot_stove.WORLDS} worlds, and the change against speed 0 in the same worlds. In the controlled world",
        f"(`tests/patterns/sure_or_risky.yaml`) familiar and unfamiliar deals {_kinds(sure[0.0])}: fast learners",
        f"under-sample what pays more. In the flagship they {_kinds(flagship[0.0])}.",
        "Most deals of either kind fail there, failing at what one knows best sends people away from it as well, and the",
        "starts even out instead: S10 does not hold, since a hot stove needs something safe to go back to. The controlled",
        "world was built to hold a sure option; with less contrast (unfamiliar deals won .53 of the time) the share moved",
        "by no more than .03 and not in one direction.",
    )
    rows = []
    for speed, lived in sure.items():
        row = [f"{speed:g}"]
        for found in (lived, flagship[speed]):
            share = hot_stove.shares(found)
            before = hot_stove.shares((sure if found is lived else flagship)[0.0])
            row += [pm(mean(share)), pm(mean(share - before)) if speed else "-"]
        rows.append(row)
    yield table(("speed", "sure or risky", "change", "flagship", "change"), rows)


def _kinds(lived: list[hot_stove.Lived]) -> str:
    chance, pay = hot_stove.kinds(lived)
    return f"are won {chance[0]:.2f} and {chance[1]:.2f} of the time and pay {pay[0]:,.0f} and {pay[1]:,.0f} on average"
