"""One JSON line per figure, and percentiles."""

import json
import math
from collections.abc import Callable, Sequence
from time import perf_counter


def figure(name: str, n: int, value: float, unit: str, reference: float | None = None, **more) -> None:
    """Print one figure; the ratio is value / reference."""
    line = {"name": name, "n": n, "value": round(value, 3), "unit": unit}
    if reference:
        line |= {"reference": round(reference, 3), "ratio": round(value / reference, 3)}
    print(json.dumps(line | more, ensure_ascii=False), flush=True)


def seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
