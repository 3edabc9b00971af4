"""Trade-offs in words, a table of 80 columns, and as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.language import count, listed, quoted, say
from analysis.language import told as in_words
from analysis.paired import Estimate
from analysis.panel import OutcomeInfo
from analysis.tables import titled
from analysis.terminal import Name
from analysis.tradeoffs import KEPT, LIKELY, Limit, Standing, Tradeoffs
from analysis.units import chance, measured, name_in_text, plain

if TYPE_CHECKING:
    from rich.console import RenderableType

VALUE = OutcomeInfo("value", "cents", 1, False, "", "What you priced")


def sentences(found: Tradeoffs) -> list[str]:
    """Which policies are worth a thought, which keep the limits, and which is best by the reader's prices."""
    labels = listed([name_in_text(info.said) for info in found.outcomes])
    front = [s.policy for s in found.standings if s.on_front >= LIKELY]
    beaten = [s.policy for s in found.standings if s.on_front < LIKELY]
    told = [
        say("On {labels} no other policy beats {names} in everything.", labels=labels, names=_names(front))
    ]
    if beaten:
        text = count(
            "On {labels} no other policy beats {names} in everything; {beaten} is beaten in all by some other.",
            "On {labels} no other policy beats {names} in everything; {beaten} are beaten in all by some other.",
            len(beaten), labels=labels, names=_names(front), beaten=_names(beaten),
        )  # fmt: skip
        told = [text]
    if len(front) == 1 and beaten and _best_in_each(found, front[0]):
        text = say(
            "{names} has the best mean in each of {labels}: no other policy gives more of any.",
            names=_names(front), labels=labels,
        )  # fmt: skip
        told = [text]
    for word, better in found.aside.items():
        every = len(better) == len(found.standings) - 1
        text = count(
            "Not looked at here: {what}, in which {who} is clearly better than '{base}' (--outcomes).",
            "Not looked at here: {what}, in which {who} are clearly better than '{base}' (--outcomes).",
            1 if every else len(better), what=in_words(word), base=found.baseline,
            who=say("every other policy") if every else _names(list(better)),
        )  # fmt: skip
        told.append(text)
    same = [
        name_in_text(info.said)
        for info in found.outcomes
        if all(e is None or e.low == e.high == 0 for e in (s.effects[info.name] for s in found.standings))
    ]
    if same:
        told.append(
            say(
                "No difference can be seen in {what}: all policies are equal there in every world.",
                what=listed(same),
            )
        )
    if found.limits:
        keep = [s.policy for s in found.standings if s.keeps]
        told.append(
            say(
                "{limits}: kept in {share:.0%} of worlds or more by {names}.",
                limits=listed([limit_words(found, one) for one in found.limits]),
                share=KEPT,
                names=_names(keep) if keep else say("no policy"),
            )
        )
    ranked = [s for s in found.standings if s.best is not None]
    if ranked:
        best = max(ranked, key=lambda s: s.best or 0.0)
        text = say(
            "By your prices '{policy}' is best with probability {chance}",
            policy=best.policy, chance=chance(best.best),
        )  # fmt: skip
        if best.value is not None:
            size = measured(best.value, VALUE)
            text = say("{text} ({size} against '{base}')", text=text, size=size, base=found.baseline)
        told.append(say("{text}.", text=text))
    elif found.prices:
        told.append(say("By your prices none is best: no policy keeps your limits."))
    return told


def _best_in_each(found: Tradeoffs, policy: str) -> bool:
    """Whether no other policy has a better mean in anything; the baseline's differences to itself are 0."""
    means = {
        s.policy: [
            info.sign * (e.mean or 0.0) if (e := s.effects[info.name]) else 0.0 for info in found.outcomes
        ]
        for s in found.standings
    }
    return all(
        mine >= other for row in means.values() for mine, other in zip(means[policy], row, strict=True)
    )


def limit_words(found: Tradeoffs, limit: Limit) -> str:
    """E.g. "morale never below 0.5"."""
    info = found.limited[limit.outcome]
    values = {"what": name_in_text(info.said), "value": plain(limit.value, info)}
    return (
        say("{what} never below {value}", **values)
        if limit.floor
        else say("{what} never above {value}", **values)
    )


def _names(policies: list[str]) -> str:
    return listed([quoted(p) for p in policies]) if policies else say("none")


def render_tradeoffs(found: Tradeoffs) -> list[RenderableType]:
    """Sentences and a table: differences with their intervals, worst tenth in a second table."""
    from rich.text import Text

    first, *rest = sentences(found)
    parts: list[RenderableType] = [Text(first, style="bold"), *map(Text, rest), Text("")]
    headed = [info.said for info in found.outcomes]
    limits = [limit_words(found, limit) for limit in found.limits]
    priced = [say("by your prices"), say("P(best)")] if found.prices else []
    table = titled(
        say(
            "Against {base}, means of {worlds}; below them the worst tenth of them",
            base=found.baseline,
            worlds=_worlds(found),
        ),
        [say("policy"), *headed, say("unbeaten"), *limits, *priced],
        least=6,
    )
    columns = {
        i.name: [e for s in found.standings if (e := s.effects[i.name]) is not None] for i in found.outcomes
    }
    for s in found.standings:
        cells = [_cell(s, info, columns[info.name]) for info in found.outcomes]
        cells.append(chance(s.on_front))
        cells += [f"{share.mean:.0%}" if share.mean is not None else say("n/a") for share in s.kept]
        if found.prices:
            cells += [
                "" if s.value is None else measured(s.value, VALUE).replace(" [", "\n["),
                chance(s.best) if s.best is not None else "-",
            ]
        table.add_row(Name(s.policy), *map(Text, cells))
    told = say("Unbeaten: how likely it is that no other policy has better means in all of these.")
    if found.limits:
        told += say(
            " Floors and ceilings: share of worlds in which they hold; {share:.0%} count as kept.", share=KEPT
        )
    table.caption, table.caption_justify = Text(told), "left"
    return [*parts, table]


def _worlds(found: Tradeoffs) -> str:
    """E.g. "27 worlds", or "10 to 27 worlds" where policies lived different numbers of them."""
    counts = [many for policy, many in found.pairs.items() if policy != found.baseline] or [found.worlds]
    fewest, most = min(counts), max(counts)
    each = f"{most:,}" if fewest == most else say("{low} to {high}", low=f"{fewest:,}", high=f"{most:,}")
    return say("{number} draws", number=each) if found.draws else say("{number} worlds", number=each)


def _cell(s: Standing, info: OutcomeInfo, column: list[Estimate]) -> str:
    effect, worst = s.effects[info.name], s.worst[info.name]
    if effect is None:
        return say("baseline")
    return f"{measured(effect, info, brief=True, column=column)}\n{plain(worst, info, signed=True)}".replace(
        " [", "\n["
    )


def as_data(found: Tradeoffs) -> dict[str, Any]:
    """For `--json`: values in the outcomes' units, money in cents."""
    return {
        "baseline": found.baseline, "worlds": found.worlds, "of_draws": found.draws,
        "outcomes": [info.name for info in found.outcomes],
        "limits": [{"outcome": one.outcome, "floor": one.floor, "value": one.value} for one in found.limits],
        "prices": dict(found.prices), "sentences": sentences(found),
        "policies": [
            {
                "policy": s.policy, "pairs": found.pairs[s.policy], "unbeaten": s.on_front,
                "keeps_limits": s.keeps, "best": s.best,
                "value": None if s.value is None else s.value.data(), "limits": [share.data() for share in s.kept],
                "outcomes": {
                    name: None if effect is None else {**effect.data(), "worst_tenth": s.worst[name]}
                    for name, effect in s.effects.items()
                },
            }
            for s in found.standings
        ],
    }  # fmt: skip
