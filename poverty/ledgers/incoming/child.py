"""`python -m poverty.ledgers.incoming.child PATH SHEET MEMORY CPU PARENT`: one sheet, row by row, to standard output.

A reader of workbooks holds a whole sheet in memory and may fail in ways that end its process: so it has a process of
its own, with limits on memory and time, nothing to write to, and the life of its parent. Nothing of Django is
loaded. What it sends is JSON in frames, since that is as fast as marshal (measured: 1.5 s for 100,000 x 47, both ways)
and cannot make the parent do anything.

A frame is four bytes of length, one letter and the load. R: rows, each a list; a date is {"d": "2018-01-05"}, a moment
{"m": ...}, a length of time {"t": seconds}. E: a code why not. Z: the end, with the rows, the peak of memory and
the seconds of processor time.
"""

import ctypes
import json
import os
import resource
import signal
import struct
import sys
from datetime import date, datetime, time, timedelta
from time import process_time

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, WorksheetNotFound

ROWS, ERROR, END = b"R", b"E", b"Z"
FIRST_ROWS, ROWS_PER_FRAME = 10, 500
LARGE_FRAME = 2 * 1024 * 1024  # bytes
HEAD = struct.Struct(">Ic")
_PR_SET_PDEATHSIG = 1


def main(path: str, sheet: str, memory: str, cpu: str, parent: str) -> None:
    """Send one sheet in frames and end it with Z, or with the E of what went wrong. Limits in bytes and seconds."""
    _confine(int(memory), int(cpu), int(parent))
    out = sys.stdout.buffer
    try:
        count = _send(path, sheet, out)
    except PasswordError:
        _frame(out, ERROR, b'"password"')
    except WorksheetNotFound:
        _frame(out, ERROR, b'"no_sheet"')
    except MemoryError:
        _frame(out, ERROR, b'"memory"')
    except (CalamineError, OSError, ValueError, OverflowError):
        _frame(out, ERROR, b'"damaged"')
    else:
        _frame(
            out,
            END,
            json.dumps({"rows": count, "peak": _peak(), "seconds": round(process_time(), 3)}).encode(),
        )
    out.flush()


def _confine(memory: int, cpu: int, parent: int) -> None:
    """No more memory or time than given, no files written, no core, and no life after the parent."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it was gone before we asked
        os._exit(1)
    for limit, soft, hard in (
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_CPU, cpu, cpu + 5),  # the soft one ends it with a signal of its own
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_NPROC, 0, 0),
    ):
        resource.setrlimit(limit, (soft, hard))


def _send(path: str, name: str, out) -> int:
    """Send every row from the first of the sheet on, also empty ones. The number of rows."""
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_name(name)
    if sheet.start is None:
        return 0
    left_out = [None] * sheet.start[1]  # iter_rows begins with the first row but with the first used column
    count, rows, together = 0, [], FIRST_ROWS
    for cells in sheet.iter_rows():
        rows.append(left_out + [None if cell == "" else cell for cell in cells])
        if len(rows) >= together:
            size = _frame(out, ROWS, _packed(rows))
            count += len(rows)
            # Rows of long texts go a few at a time: the parent holds one frame.
            together = max(1, min(ROWS_PER_FRAME, 2 * together, together * LARGE_FRAME // size))
            rows = []
    if rows:
        _frame(out, ROWS, _packed(rows))
    return count + len(rows)


def _packed(rows: list) -> bytes:
    return json.dumps(rows, ensure_ascii=False, default=_plain, separators=(",", ":")).encode(
        "utf-8", "replace"
    )


def _plain(value):
    if isinstance(value, datetime):
        return {"m": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time):
        return {"t": value.hour * 3600 + value.minute * 60 + value.second}
    if isinstance(value, timedelta):
        return {"t": value.total_seconds()}
    return str(value)


_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_plain, separators=(",", ":"))


def _frame(out, kind: bytes, load: bytes) -> int:
    out.write(HEAD.pack(len(load), kind))
    return out.write(load)


def _peak() -> int:
    """The most memory this process has held, in bytes. getrusage would count what the parent held at the fork."""
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:
        return next((int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:")), 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
