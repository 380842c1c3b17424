"""Seal every personal value and every encrypted file again under the first of PERSONAL_DATA_KEYS (docs/operations.md)."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from poverty.audit.services import record
from poverty.fields.crypto import SealedDataError
from poverty.fields.rotation import BATCH, reseal_all
from poverty.files.sealed import FOLDERS, SealedFolder


class Command(BaseCommand):
    help = "用 PERSONAL_DATA_KEYS 的第一个密钥重新加密全部证件号码、电话、银行账号和加密保存的文件（可中断，重新运行接着做）"

    def add_arguments(self, parser):
        parser.add_argument("--batch", type=int, default=BATCH, help="每个事务的行数")

    def _files(self, folder: SealedFolder) -> tuple[int, int]:
        """Seal the files of a folder again: how many were, how many cannot be read."""
        todo, lost = folder.under_old_keys(), 0
        for sha256, ending in todo:
            try:
                folder.reseal(sha256, ending)
            except SealedDataError:
                lost += 1
        if todo:
            self.stderr.write(f"文件 {folder.name}：{len(todo) - lost}/{len(todo)}")
        return len(todo) - lost, lost

    def handle(self, *, batch, **options):
        if batch < 1:
            raise CommandError("每批至少一行。")
        columns = {}
        for progress in reseal_all(batch):
            columns[str(progress)] = progress
            if progress.total:
                self.stderr.write(f"{progress}：{progress.done}/{progress.total}")
        done = sum(one.done for one in columns.values())
        unreadable = {name: one.unreadable for name, one in columns.items() if one.unreadable}
        for folder in FOLDERS.values():
            files, lost = self._files(folder)
            done += files
            if lost:
                unreadable[f"文件 {folder.name}"] = lost
        key = next(iter(settings.PERSONAL_DATA_KEYS))
        if done or unreadable:
            left = f"，{sum(unreadable.values())} 处无法读取" if unreadable else ""
            record("personal.rotate_keys", actor=None, summary=f"改用密钥 {key} 加密 {done} 处{left}")
        if unreadable:
            where = "；".join(f"{name} {number} 处" for name, number in unreadable.items())
            raise CommandError(
                f"已改用密钥 {key} 加密 {done} 处；仍有无法读取的：{where}。"
                "请把加密它们的旧密钥放回 PERSONAL_DATA_KEYS 后重新运行。"
            )
        self.stdout.write(
            f"已改用密钥 {key} 加密 {done} 处，其余原已如此；旧密钥可以从 PERSONAL_DATA_KEYS 中去掉。"
        )
