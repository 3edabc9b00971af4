"""Fits the opportunity model and the facts S1-S5 to the real leads.

    python -m analysis.calibration.leads PATH/leads.csv --out docs/calibration

Writes leads.json (every figure with its bootstrap standard error and 95 % interval) and leads.md.
The data stay out.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analysis.calibration.lead_figures import PERIODS, describe
from analysis.calibration.lead_table import CERTAINTIES, HORIZON, DataError, Leads, read_leads
from analysis.calibration.opportunity import (
    FREE,
    NAMES,
    START,
    Fit,
    Form,
    by_shift,
    fit_incidence,
    log_likelihood,
    profile,
)
from analysis.calibration.survival import Floats, aalen_johansen, event_counts, incidence_error
from analysis.calibration.value_effect import value_effect

MAIN = Form("power", "both")
PLAIN = Form("power", "advance")
"""The form first asked for: age weakens only the advance."""
FORMS = {"recommended": MAIN, "plain": PLAIN}
SIGMA_Z = 1.0
NO_DECISION = 0.21
SEED = 20240913
RESAMPLES = 200
LEAST = 5
"""Leads of a kind, at least; other figures may still ask for more, and fail with a word."""


@dataclass(frozen=True)
class Curves:
    """Incidence of won and lost by age 0..71, and the weights of the distance, each (2, 72)."""

    target: Floats
    weight: Floats


def curves(leads: Leads) -> Curves:
    """Aalen-Johansen curves; weight 1/SE, with a floor of 0.4 % so that the first weeks do not rule alone."""
    counts = event_counts(leads.age, leads.cause, HORIZON)
    return Curves(aalen_johansen(counts), 1.0 / np.maximum(incidence_error(counts), 0.004))


def at_proposal(leads: Leads) -> float:
    """Share with 40 or 80 % entered in the week of creation, of the leads that outlast that week.

    Only these: closing in the first week forces an entry, so that such entries are no forecast.
    """
    lasting = leads.age >= 1
    return float((leads.stated[lasting][:, 2:] == 0).any(axis=1).mean())


def fit_leads(
    leads: Leads, weight: Floats | None = None, start: dict[str, Fit] | None = None
) -> dict[str, Fit]:
    """Both forms, sigma_z = 1, p0 from the columns; a resample takes weight and start from the full data."""
    found = curves(leads)
    p0 = at_proposal(leads)
    fits = {}
    for name, form in FORMS.items():
        first = {**(start[name].values if start else START), "sigma_z": SIGMA_Z, "p0": p0}
        fits[name] = fit_incidence(
            found.target, found.weight if weight is None else weight, form, first, FREE, NO_DECISION
        )
    return fits


def figures(leads: Leads, fits: dict[str, Fit]) -> dict[str, float]:
    """Every figure of one data set or resample by name."""
    out: dict[str, float] = {}
    for name, fit in fits.items():
        out |= {f"{name}.{p}": fit.values[p] for p in NAMES if p not in ("sigma_z", "shift")}
        out |= {f"{name}.{k}": float(v) for k, v in asdict(fit).items() if k not in ("values", "converged")}
        cif = by_shift(fit, FORMS[name], np.zeros(1))[:, 0]
        for week in (1, 2, 4, 13, 26, 39, 52, 72):
            for k, outcome in enumerate(("won", "lost", "no_decision")):
                out[f"{name}.{outcome}_{week}"] = float(cif[k, week - 1])
        for stage, share in (("qualified", 0.0), ("proposal", 1.0)):
            curve = by_shift(fit, FORMS[name], np.zeros(1), p0=share, q0=0.0)[:, 0]
            out[f"{name}.true_from_{stage}"] = float(
                (curve[0, HORIZON] - curve[0, 0]) / (1 - curve[:, 0].sum())
            )
    out |= describe(leads)
    out |= value_effect(leads, fits["recommended"], MAIN)
    out["figure.sd_from_value"] = out["value.score_slope"] * out["value.fresh_sigma_real"]
    for outcome in ("won", "lost"):
        out[f"figure.{outcome}_week_1"] = out[f"cif.{outcome}_2"] - out[f"cif.{outcome}_1"]
    out["figure.lost_week_0_over_1"] = out["cif.lost_1"] / (
        out["figure.lost_week_1"] or float("nan")  # a resample may have drawn none
    )
    return out


def bootstrap(leads: Leads, fits: dict[str, Fit], resamples: int, seed: int) -> dict[str, Floats]:
    """Figures of `resamples` draws of whole leads with replacement: name -> (resamples,)."""
    rng = np.random.default_rng(seed)
    weight = curves(leads).weight
    rows = []
    for _ in range(resamples):
        drawn = leads.take(rng.integers(0, len(leads), len(leads)))
        rows.append(figures(drawn, fit_leads(drawn, weight, fits)))
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def _check_forms(leads: Leads, fits: dict[str, Fit]) -> list[dict[str, Any]]:
    """Other declines and what age touches, p0 free, no atom of losses: how much worse or better they fit."""
    found, counts = curves(leads), event_counts(leads.age, leads.cause, HORIZON)
    rows: list[dict[str, Any]] = []
    first = fits["recommended"].values

    def add(label: str, form: Form, start: dict[str, float], free: Sequence[str]) -> None:
        fit = fit_incidence(found.target, found.weight, form, start, free, NO_DECISION)
        likelihood = log_likelihood(fit, form, counts)
        rows.append({"label": label, **asdict(form), **asdict(fit), "log_likelihood": likelihood})

    scale = {"power": 0.45, "exponential": 50.0, "hyperbolic": 16.0}
    for touches in ("both", "advance"):
        for family, decline in scale.items():
            form = Form(family, touches)
            add(f"{family}, {touches}", form, {**first, "decline": decline}, FREE)
    add("power, both, p0 free", MAIN, first, (*FREE, "p0"))
    no_atom = tuple(f for f in FREE if f != "q0")
    add("power, both, no losses at creation (q0 = 0)", MAIN, {**first, "q0": 0.0}, no_atom)
    add("power, both, no decline", MAIN, {**first, "decline": 1e-6}, tuple(f for f in FREE if f != "decline"))
    return rows


def _refuse_too_few(path: str | Path, leads: Leads) -> None:
    """DataError where one of the figures that are read first would rest on fewer than `LEAST` leads."""
    later, priced = leads.age >= 1, leads.amount > 1
    kinds = {
        "won after the week of creation": later & (leads.cause == 1),
        "lost in the week after that of creation": (leads.age == 1) & (leads.cause == 2),
        "of products, with an amount": leads.known_model & ~leads.services & priced,
        "of systems and services, with an amount": leads.services & priced,
        "with 80 % entered after the week of creation": leads.stated[:, CERTAINTIES.index(80)] > 0,
        **{
            f"created in weeks {a} to {b}": priced & (leads.created >= a) & (leads.created <= b)
            for a, b in PERIODS.values()
        },
    }
    for kind, rows in kinds.items():
        if (found := int(rows.sum())) < LEAST:
            raise DataError(f"{path}: too few leads {kind}: {found}, and {LEAST} are needed")


def report(path: str | Path, resamples: int = RESAMPLES, seed: int = SEED) -> dict[str, Any]:
    """All results as plain data: meta, counts, figures (value, se, low, high), forms, profile, curves."""
    leads, counts = read_leads(path)
    _refuse_too_few(path, leads)
    fits = fit_leads(leads)
    try:
        value = figures(leads, fits)
        drawn = bootstrap(leads, fits, resamples, seed)
    except (
        np.linalg.LinAlgError,
        ValueError,
    ) as error:  # a curve or an effect of value with nothing to go by
        raise DataError(f"{path}: too few leads to work out every figure ({error})") from error
    found = curves(leads)
    table = {
        name: {
            "value": v,
            "se": float(np.nanstd(drawn[name], ddof=1)),
            "low": float(np.nanquantile(drawn[name], 0.025)),
            "high": float(np.nanquantile(drawn[name], 0.975)),
        }
        for name, v in value.items()
        if np.isfinite(v)
    }
    events = event_counts(leads.age, leads.cause, HORIZON)
    sigmas = (0.01, 0.5, 1.0, 1.5, 2.0)
    profiles = profile(found.target, found.weight, MAIN, fits["recommended"], sigmas)
    return {
        "meta": {
            "resamples": resamples,
            "seed": seed,
            "sigma_z_fixed": SIGMA_Z,
            "no_decision_pinned": NO_DECISION,
            "forms": {name: asdict(form) for name, form in FORMS.items()},
            "converged": {name: fit.converged for name, fit in fits.items()},
        },
        "counts": counts,
        "figures": table,
        "forms": _check_forms(leads, fits),
        "profile": [{**asdict(fit), "log_likelihood": log_likelihood(fit, MAIN, events)} for fit in profiles],
        "curves": {"won": found.target[0].tolist(), "lost": found.target[1].tolist()},
    }


def _rounded(node: Any) -> Any:
    """Six significant digits everywhere: enough for any use, and the last bits of a machine do not show."""
    if isinstance(node, dict):
        return {key: _rounded(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_rounded(value) for value in node]
    if isinstance(node, float):
        return float(f"{node:.6g}") if np.isfinite(node) else None
    return node


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 3 for bad input."""
    from analysis.calibration.leads_page import page

    parser = argparse.ArgumentParser(description="Fit the opportunity model to the real leads.")
    parser.add_argument("path", help="leads.csv")
    parser.add_argument("--out", default="docs/calibration", help="folder for leads.md and leads.json")
    parser.add_argument("--resamples", type=int, default=RESAMPLES, help="bootstrap resamples (at least 2)")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args(arguments)
    if options.resamples < 2:
        parser.error("--resamples must be at least 2")
    try:
        result = _rounded(report(options.path, options.resamples, options.seed))
    except DataError as error:
        sys.stderr.write(f"{error}\n")
        return 3
    texts = {
        "leads.json": json.dumps(result, indent=1, allow_nan=False) + "\n",
        "leads.md": page(result),
    }
    folder = Path(options.out)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
