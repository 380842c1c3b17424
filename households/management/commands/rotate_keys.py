"""Seal every personal value again under the first key of PERSONAL_DATA_KEYS (docs/operations.md)."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from poverty.audit.services import record
from poverty.fields.rotation import BATCH, reseal_all


class Command(BaseCommand):
    help = "用 PERSONAL_DATA_KEYS 的第一个密钥重新加密全部证件号码、电话和银行账号（可中断，重新运行接着做）"

    def add_arguments(self, parser):
        parser.add_argument("--batch", type=int, default=BATCH, help="每个事务的行数")

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
