"""Figures about people: morale, knowledge, how far the best are ahead, how beliefs differ; and about missions."""

from __future__ import annotations

import math
from typing import Any

from benchmarks.reference.names import UNDERWAY

OUTPUT_WEEKS = 26


def mean_of(values: list[float]) -> float:
    """One after the other, in this order."""
    total = 0.0
    for value in values:
        total += value
    return total / len(values)


def people_figures(model: Any) -> dict[str, float]:
    """Morale mean and 10th percentile, knowledge mean, applied and of the top quarter, bench; of employed reps.

    The percentile interpolates linearly between neighbours. Applied knowledge is weighted by touches.
    """
    names = (
        *("morale_mean", "morale_p10", "knowledge_mean"),
        *("knowledge_applied", "knowledge_top", "bench_strength"),
    )
    selling = [rep for rep in model.reps if rep.selling]
    n, segments = len(selling), len(model.segments)
    if n == 0:
        return dict.fromkeys(names, math.nan)
    worked = total = 0.0
    bench, minds = 0, []
    for rep in selling:
        mind = here = 0.0
        for knowledge, touches in zip(rep.knowledge, rep.touches, strict=True):
            mind += float(knowledge)
            here += float(touches)
        minds.append(mind / segments)
        bench += proficient_in(model, rep)
        worked += here * float(rep.applied)
        total += here
    moods, minds = sorted(float(rep.morale) for rep in selling), sorted(minds)
    place = 0.1 * (n - 1)
    low = int(place)
    high = min(n - 1, low + 1)
    p10 = moods[low] + (place - low) * (moods[high] - moods[low])
    mean = mean_of(minds)
    applied = worked / total if total > 0.0 else mean
    top = mean_of(minds[n - max(1, n // 4) :])
    return dict(zip(names, (mean_of(moods), p10, mean, applied, top, bench / segments), strict=True))


def proficient_in(model: Any, rep: Any) -> int:
    """Number of segments in which a rep is at full proficiency."""
    p = model.p
    special = p.segment_specific_share
    ready = (1.0 - special) * (1.0 - model.arithmetic.exp(-model.number(rep.tenure) / p.ramp_weeks))
    per_knowledge = special / p.knowledge_reference
    return sum(bool(1.0 - ready <= knowledge * per_knowledge) for knowledge in rep.knowledge)


def gaps(model: Any) -> tuple[float, float]:
    """Top fifth against the median rep: knowledge applied (difference), and money of deals won in 26 weeks (ratio less 1).

    Output counts persons who have sold for 26 weeks or more, and is nan where the median is nothing.
    """
    selling, row = [rep for rep in model.reps if rep.selling], model.row
    output = []
    for rep in selling:
        if rep.tenure >= OUTPUT_WEEKS:
            won = 0.0
            for payment in rep.records["payments"][max(0, row + 1 - OUTPUT_WEEKS) : row + 1]:
                won += float(payment)
            output.append(won)
    top, middle = best_and_median([float(rep.applied) for rep in selling])
    best, usual = best_and_median(output)
    return top - middle, best / usual - 1.0 if usual > 0.0 else math.nan


def best_and_median(values: list[float]) -> tuple[float, float]:
    n = len(values)
    if n == 0:
        return math.nan, math.nan
    figures = sorted(values)
    middle = figures[n // 2] if n % 2 else (figures[n // 2 - 1] + figures[n // 2]) / 2.0
    return mean_of(figures[n - max(1, n // 5) :]), middle


def spread_of_beliefs(model: Any) -> float:
    """Mean over practices and segments of the chance that two reps disagree (0, +1 and -1 are three opinions)."""
    selling = [rep for rep in model.reps if rep.selling]
    people = len(selling)
    if people < 2:
        return 0.0
    total = 0.0
    for s in range(len(model.segments)):
        for practice in range(model.practices):
            opinions = [rep.beliefs[s][practice] for rep in selling]
            sizes = [opinions.count(opinion) for opinion in (-1, 0, 1)]
            same = sum(size * (size - 1) for size in sizes)
            total += 1.0 - same / (people * (people - 1))
    return total / (len(model.segments) * model.practices)


def mission_figures(model: Any) -> dict[str, float]:
    """Roads opened, effort, revenue, what the leader believes of roads tried and how wrong that is; craft."""
    none = dict.fromkeys(("missions_won", "mission_effort", "mission_arr", "craft_mean", "next_leaders"), 0)
    if not model.missions:
        return {**none, "road_belief": math.nan, "road_brier": math.nan}
    effort = crafts = 0.0
    for rep in model.reps:
        effort += float(rep.person_weeks)
    selling = [rep for rep in model.reps if rep.selling]
    for rep in selling:
        crafts += float(rep.craft)
    tried = [mission for mission in model.missions if mission.status >= UNDERWAY]
    misses = [float(mission.belief) - float(mission.feasible) for mission in tried]
    return {
        "missions_won": model.roads_opened,
        "mission_effort": effort,
        "mission_arr": sum(adopted for _, _, adopted in model.opened_roads),
        "road_belief": mean_of([float(mission.belief) for mission in tried]) if tried else math.nan,
        "road_brier": mean_of([miss * miss for miss in misses]) if tried else math.nan,
        "craft_mean": crafts / len(selling) if selling else 0.0,
        "next_leaders": sum(bool(rep.craft >= model.p.leader_craft) for rep in selling),
    }
