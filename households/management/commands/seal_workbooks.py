"""Encrypt the workbooks of tables from above that still stand in clear (docs/operations.md)."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from households.services.request_keeping import seal_clear


class Command(BaseCommand):
    help = "把以前明文保存的任务表原工作簿加密（每夜也自动进行；可中断，重新运行接着做）"

    def handle(self, **options):
        self.stdout.write(f"已加密 {seal_clear(timezone.now())} 个任务表原工作簿，其余原已如此。")
