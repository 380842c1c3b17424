"""A file that asks now and then, while a library writes into it, whether to go on."""

import io
from collections.abc import Callable
from pathlib import Path

Pause = Callable[[], None]
BETWEEN_PAUSES = 1024 * 1024  # bytes


class PausingFile(io.FileIO):
    """A new file; `pause` is called before each part of it is written and may raise. Buffer it by BETWEEN_PAUSES."""

    def __init__(self, path: Path):
        super().__init__(path, "w+b")
        self.pause: Pause | None = None

    def write(self, part) -> int:
        if self.pause is not None:
            self.pause()
        return super().write(part)
