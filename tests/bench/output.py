"""One JSON line per figure as it is found, percentiles, and the table of all at the end."""

import json
import math
import operator
from collections.abc import Callable, Sequence
from time import perf_counter

_COMPARED = {"<=": operator.le, ">=": operator.ge, "==": operator.eq}
_found: list[dict] = []


def figure(
    name: str,
    n: int,
    value: float,
    unit: str,
    reference: float | None = None,
    *,
    reach: str = "",
    listed: bool = True,
    **more,
) -> None:
    """Print one figure; the ratio is value / reference, null where there is nothing beside it.

    `reach` is what quality.md asks for: "ratio <= 2", "value <= 150". `listed` False: not in the table at the end.
    """
    line = {"name": name, "n": n, "value": round(value, 3), "unit": unit, "reference": None, "ratio": None}
    if reference:
        line |= {"reference": round(reference, 3), "ratio": round(value / reference, 3)}
    if reach:
        what, comparison, bound = reach.split()
        line |= {"reach": reach, "reached": _COMPARED[comparison](line[what], float(bound))}
    line |= more
    print(json.dumps(line, ensure_ascii=False), flush=True)
    if listed:
        _found.append(line)


def remark(text: str) -> None:
    """A line for people between the figures."""
    print(f"# {text}", flush=True)


def table() -> None:
    """All figures for people to read."""
    rows = [("figure", "n", "value", "", "beside it", "ratio", "asked for", "")]
    for line in _found:
        answer = {True: "reached", False: "NOT REACHED"}.get(line.get("reached"), "")
        rows.append(
            (
                line["name"],
                f"{line['n']:,}",
                f"{line['value']:,}",
                line["unit"],
                "" if line["reference"] is None else f"{line['reference']:,}",
                "" if line["ratio"] is None else f"{line['ratio']:,}",
                line.get("reach", ""),
                answer,
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [
            text.rjust(width) if column in (1, 2, 4, 5) else text.ljust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        print(("# " + "  ".join(cells)).rstrip(), flush=True)


def seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
