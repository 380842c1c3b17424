"""Workbooks as they were brought in: encrypted under FILES_ROOT, opened in memory, never a clear copy on disk."""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db.models import Model

from poverty.fields.crypto import SealedDataError
from poverty.files.models import StoredFile, Upload
from poverty.files.sealed import SealedFolder
from poverty.files.storage import Received
from poverty.ledgers.incoming.refusals import WorkbookRefused
from poverty.sql.locks import hold

_JUST_BROUGHT = timedelta(days=1)


@dataclass(frozen=True)
class Originals:
    """The workbooks of one kind of work, each under the SHA-256 of its content."""

    folder: SealedFolder

    def keep(self, received: Received) -> None:
        """Keep a received workbook (files.services.store, `place`); inside a transaction."""
        self.take_turns(received.sha256)
        self.folder.keep(received.sha256, received.path)

    def take_turns(self, sha256: str) -> None:
        """Until the transaction ends nobody else keeps or removes this workbook."""
        hold(f"ledgers.original:{self.folder.name}:{sha256}")

    @contextmanager
    def opened(self, file: StoredFile) -> Iterator[Path]:
        """The clear workbook under a path that is good inside the block. It stands in memory alone: nothing to forget.

        WorkbookRefused when it was removed or has been touched.
        """
        if not self.folder.exists(file.sha256) and file.path.exists():
            yield file.path  # from before workbooks were encrypted
            return
        memory = os.memfd_create("workbook")
        try:
            self._fill(memory, file.sha256)
            # By the number of this process: the one that reads opens it too.
            yield Path(f"/proc/{os.getpid()}/fd/{memory}")
        finally:
            os.close(memory)

    def _fill(self, memory: int, sha256: str) -> None:
        try:
            with open(memory, "wb", closefd=False) as clear:
                for part in self.folder.read(sha256):
                    clear.write(part)
        except FileNotFoundError as error:
            raise WorkbookRefused("removed", "原文件已到期删除。需要时请重新上传。") from error
        except SealedDataError as error:
            raise WorkbookRefused("damaged", "保存的原文件已损坏，不能再读取。请重新上传。") from error

    def remove(self, sha256: str) -> None:
        """Throw the encrypted workbook away."""
        self.folder.remove(sha256)


def wanted_in_clear(file: StoredFile, due: datetime, *, sealed: Collection[type[Model]]) -> bool:
    """Whether somebody keeps the same content for something else than what is `sealed`, or has just brought it."""
    if Upload.objects.filter(file=file, at__gt=due - _JUST_BROUGHT).exists():
        return True
    return any(
        one.related_model._base_manager.filter(**{one.field.name: file}).exists()
        for one in StoredFile._meta.related_objects
        if one.related_model is not Upload and one.related_model not in sealed
    )


IMPORTS = Originals(SealedFolder("imports", "import"))
