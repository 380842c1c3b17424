"""Rows of a sheet, read by a process of its own (child.py): the caller holds a few hundred rows at a time."""

import json
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings

from poverty.ledgers.incoming.child import END, ERROR, HEAD, ROWS
from poverty.ledgers.incoming.limits import DEFAULT, Limits
from poverty.ledgers.incoming.refusals import WorkbookRefused

Cell = str | float | int | bool | date | datetime | timedelta | None
LARGEST_FRAME = 256 * 1024 * 1024

_REASONS = {
    "password": "工作簿设有密码。请取消密码后另存，再导入。",
    "no_sheet": "工作簿里没有要读的工作表。请用 Excel 或 WPS 打开、另存为 .xlsx 后再导入。",
    "memory": "工作表太大，读取时超出了内存限额。请拆成几个文件，分别导入。",
    "damaged": "工作簿内容不完整或已损坏。请用 Excel 或 WPS 打开、另存为 .xlsx 后再导入。",
    "time": "读取工作表超出了时间限额。请拆成几个文件，或用 Excel 打开另存后再导入。",
    "ended": "读取工作表时中断（多半是工作表太大）。请拆成几个文件，或用 Excel 打开另存后再导入。",
}


def read_rows(
    path: Path,
    sheet: str,
    *,
    header_rows: int = 0,
    limits: Limits = DEFAULT,
    on_end: Callable[[dict[str, float]], object] | None = None,
) -> Iterator[tuple[Cell, ...]]:
    """Every row of a sheet after the first `header_rows`, from column A on, also empty ones; empty cells are None.

    The file must have been through `inspection.inspect`. Closing the iterator ends the process that reads. `on_end`
    is told the number of rows, the most memory that process has held in bytes, and its seconds of processor time:
    {"rows": , "peak": , "seconds": }.
    WorkbookRefused when it cannot be read, at any row.
    """
    left_out = header_rows
    with _child(path, sheet, limits) as frames:
        for kind, load in frames:
            if kind == END:
                if on_end:
                    on_end(json.loads(load))
                return
            if kind == ERROR:
                raise refusal(json.loads(load))
            for cells in json.loads(load, object_hook=_value):
                if left_out:
                    left_out -= 1
                else:
                    yield tuple(cells)
    raise refusal("ended")


def refusal(code: str) -> WorkbookRefused:
    """Why the child could not read the sheet, in words; an unknown code is a damaged file."""
    return WorkbookRefused(code, _REASONS.get(code, _REASONS["damaged"]))


@contextmanager
def _child(path: Path, sheet: str, limits: Limits) -> Iterator[Iterator[tuple[bytes, bytes]]]:
    """Its frames. Whatever happens meanwhile, it is gone afterwards."""
    process = subprocess.Popen(  # noqa: S603  our own interpreter and module, no shell
        [
            sys.executable,
            *("-s", "-E", "-m", "poverty.ledgers.incoming.child"),
            *(os.path.abspath(path), sheet, str(limits.memory), str(limits.cpu_seconds), str(os.getpid())),
        ],
        cwd=settings.BASE_DIR,
        env={"LANG": "C.UTF-8"},  # none of our secrets
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # it speaks in frames; a traceback helps nobody who imports
        close_fds=True,
    )
    try:
        yield _frames(process, limits)
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def _frames(process: subprocess.Popen, limits: Limits) -> Iterator[tuple[bytes, bytes]]:
    source = _Patient(process.stdout.fileno(), limits.waiting_seconds)
    while True:
        head = source.take(HEAD.size)
        if head is None:
            raise refusal(_why_ended(process))
        length, kind = HEAD.unpack(head)
        if kind not in (ROWS, ERROR, END) or length > LARGEST_FRAME:
            raise refusal("damaged")
        load = source.take(length)
        if load is None:
            raise refusal(_why_ended(process))
        yield kind, load


def _why_ended(process: subprocess.Popen) -> str:
    """Why it ended without a word: its time was up, or it was given no more memory (by its limit or the system)."""
    code = -process.wait()
    if code == signal.SIGXCPU:
        return "time"
    return "memory" if code in (signal.SIGABRT, signal.SIGKILL, signal.SIGBUS, signal.SIGSEGV) else "ended"


class _Patient:
    """Reads a pipe, and gives up when all the waiting together has taken too long.

    Only waiting counts: a caller may take as long as he likes over the rows.
    """

    def __init__(self, descriptor: int, patience: float):
        self.descriptor, self.left = descriptor, patience

    def take(self, length: int) -> bytes | None:
        """Exactly so many bytes; None when the pipe ended before."""
        taken = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(self.descriptor, selectors.EVENT_READ)
            while len(taken) < length:
                began = monotonic()
                ready = selector.select(max(self.left, 0))
                self.left -= monotonic() - began
                if not ready:
                    raise refusal("time")
                piece = os.read(self.descriptor, length - len(taken))
                if not piece:
                    return None
                taken += piece
        return bytes(taken)


def _value(found: dict[str, Any]) -> Cell:
    """What JSON has no word for; see child.py."""
    (kind, value), *_ = found.items()
    if kind == "d":
        return date.fromisoformat(value)
    return datetime.fromisoformat(value) if kind == "m" else timedelta(seconds=value)
