"""Make the golden figures of the measurement: what published libraries say of the same members.

    python3 -m venv somewhere && somewhere/bin/pip install tea-tasting statsmodels
    somewhere/bin/python tools/measurement_vectors.py

The libraries are needed only here: the tests read what is written, and the product has neither.
"""

import json
import math
import random
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import scipy  # type: ignore[import-untyped]
import statsmodels.api as sm  # type: ignore[import-not-found]
import tea_tasting as tt  # type: ignore[import-not-found]
from statsmodels.stats.power import NormalIndPower  # type: ignore[import-not-found]
from statsmodels.stats.weightstats import ttest_ind  # type: ignore[import-not-found]

FOLDER = Path(__file__).parent.parent / "tests" / "domain" / "insights" / "vectors"
SEED = 20_261_122
LIBRARIES = ("tea-tasting", "statsmodels", "scipy", "numpy")
Member = dict[str, int | str]


def members(seed: int, *, count: int, share: float) -> list[Member]:
    """Guests with visits, money now and before, a store, and the arm they were drawn for."""
    chance = random.Random(seed)
    found: list[Member] = []
    for _ in range(count):
        habit = chance.lognormvariate(0.2, 0.6)
        arm = "control" if chance.random() < share else "treated"
        visits = min(int(chance.expovariate(1 / (habit * (1.1 if arm == "treated" else 1)))), 9)
        before = min(int(chance.expovariate(1 / habit)), 9)
        found.append(
            {
                "arm": arm,
                "store": chance.choice("ABBCCC"),
                "visits": visits,
                "value": sum(int(chance.lognormvariate(7.6, 0.5)) for _ in range(visits)),
                "visits_before": before,
                "before": sum(int(chance.lognormvariate(7.6, 0.5)) for _ in range(before)),
            }
        )
    return found


def compared(frame: "pd.DataFrame", metric: object) -> dict[str, float]:
    """What tea-tasting says of one metric."""
    row = tt.Experiment({"metric": metric}).analyze(frame, control="control")["metric"]
    return {
        "control": float(row.control),
        "treated": float(row.treatment),
        "difference": float(row.effect_size),
        "low": float(row.effect_size_ci_lower),
        "high": float(row.effect_size_ci_upper),
        "p_value": float(row.pvalue),
    }


def lifts() -> list[dict[str, object]]:
    """Means and ratios, plain and adjusted."""
    cases: list[dict[str, object]] = []
    for seed, (count, share) in enumerate([(300, 0.5), (500, 0.1), (60, 0.4)], SEED):
        rows = members(seed, count=count, share=share)
        frame = pd.DataFrame([{**row, "variant": row["arm"]} for row in rows])
        first, second = (frame[frame["arm"] == arm]["value"] for arm in ("treated", "control"))
        statistic, p_value, degrees = ttest_ind(first, second, usevar="unequal")
        cases.append(
            {
                "members": [[*row.values()] for row in rows],
                "mean": compared(frame, tt.Mean("value")),
                "mean_adjusted": compared(frame, tt.Mean("value", "before")),
                "ratio": compared(frame, tt.RatioOfMeans("value", "visits")),
                "ratio_adjusted": compared(
                    frame, tt.RatioOfMeans("value", "visits", "before", "visits_before")
                ),
                "welch": {
                    "statistic": float(statistic),
                    "p_value": float(p_value),
                    "degrees": float(degrees),
                },
                "stratified": stratified(frame),
            }
        )
    return cases


def stratified(frame: "pd.DataFrame") -> dict[str, float]:
    """Post-stratification as a saturated regression with HC2 errors, which is the same thing."""
    stores = sorted(set(frame["store"]))
    treated = (frame["arm"] == "treated").to_numpy(dtype=float)
    columns = []
    for store in stores:
        inside = (frame["store"] == store).to_numpy(dtype=float)
        columns += [inside, inside * treated]
    fitted = sm.OLS(frame["value"].to_numpy(dtype=float), np.column_stack(columns)).fit()
    weights = np.zeros(len(columns))
    for place, store in enumerate(stores):
        weights[2 * place + 1] = float((frame["store"] == store).mean())
    return {
        "difference": float(weights @ fitted.params),
        "standard_error": float(math.sqrt(weights @ fitted.cov_HC2 @ weights)),
    }


def ratios() -> list[dict[str, object]]:
    """Chi-square checks of what was drawn."""
    cases: list[dict[str, object]] = []
    for counts, weights in (
        ((5_000, 5_000), (1, 1)),
        ((4_821, 5_179), (1, 1)),
        ((980, 9_020), (10, 90)),
        ((1_000, 3_100, 2_900, 3_000), (10, 30, 30, 30)),
        ((1_100, 8_900), (10, 90)),
        ((700, 9_300), (10, 90)),
    ):
        expected = [sum(counts) * one / sum(weights) for one in weights]
        found = scipy.stats.chisquare(counts, expected)
        cases.append(
            {
                "counts": counts,
                "weights": weights,
                "statistic": float(found.statistic),
                "p_value": float(found.pvalue),
            }
        )
    return cases


def tails() -> dict[str, list[list[float]]]:
    """The distributions themselves, far out too."""
    student = [
        [value, degrees, float(scipy.stats.t.sf(value, degrees))]
        for degrees in (1.0, 2.5, 9.0, 58.37, 498.2, 20_000.5)
        for value in (-3.0, -0.4, 0.0, 0.7, 1.96, 3.3, 7.0)
    ]
    points = [
        [below, degrees, float(scipy.stats.t.ppf(below, degrees))]
        for degrees in (2.5, 9.0, 58.37, 498.2, 20_000.5)
        for below in (0.01, 0.3, 0.6, 0.975, 0.9995)
    ]
    chi = [
        [value, degrees, float(scipy.stats.chi2.sf(value, degrees))]
        for degrees in (1, 2, 5, 81)
        for value in (0.01, 0.9, 3.84, 11.0, 40.0, 120.0)
    ]
    normal = [
        [below, float(scipy.stats.norm.ppf(below))] for below in (1e-9, 0.001, 0.2, 0.5, 0.8, 0.975)
    ]
    return {"student": student, "student_points": points, "chi_square": chi, "normal": normal}


def powers() -> list[dict[str, float]]:
    """The smallest effects, in standard deviations, that a look at the end shows."""
    solver = NormalIndPower()
    sizes: Sequence[tuple[int, float]] = ((2_000, 0.1), (2_000, 0.5), (10_000, 0.1), (400, 0.25))
    cases = []
    for count, share in sizes:
        for power in (0.8, 0.95):
            control = count * share
            low, high = 0.0, 3.0
            for _ in range(300):
                middle = (low + high) / 2
                reached = solver.power(
                    middle, count - control, 0.05, ratio=control / (count - control)
                )
                low, high = (middle, high) if reached < power else (low, middle)
            cases.append({"members": count, "control_share": share, "power": power, "effect": high})
    return cases


def main() -> None:
    """Write every file, each with the libraries that it came from."""
    made_with = {name: version(name) for name in LIBRARIES}
    for name, figures in {
        "lift": lifts(),
        "sample_ratio": ratios(),
        "distributions": tails(),
        "power": powers(),
    }.items():
        text = json.dumps({"made_with": made_with, "figures": figures}, separators=(",", ":"))
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{name}.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
