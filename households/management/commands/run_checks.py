"""Run all data checks over an area for a year, here and now."""

import json

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from households.checks.registry import CHECKS
from households.models import CheckRun
from households.services.checks import run_checks

COUNTS = ("open", "answered", "new", "closed", "reopened")


class Command(BaseCommand):
    help = "对一个地区某年度的全部户做数据检查（只写入有变化的结果）"

    def add_arguments(self, parser):
        parser.add_argument("--area", required=True, help="区划代码，如 220503；空字符串表示全部")
        parser.add_argument("--year", required=True, type=int)
        parser.add_argument("--json", action="store_true", help="输出一行 JSON")

    def handle(self, *, area, year, **options):
        try:
            run = run_checks(area, year, trigger=CheckRun.Trigger.COMMAND)
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from error
        rows = list(run.counts.order_by("-open", "code"))
        if options["json"]:
            told = {name: getattr(run, name) for name in COUNTS}
            told |= {"seconds": float(run.seconds), "checks": {row.code: row.open for row in rows}}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        self.stdout.write(
            f"待处理 {run.open}，已答复 {run.answered}；新发现 {run.new}，已消除 {run.closed}，"
            f"答复后有变化 {run.reopened}；用时 {run.seconds} 秒"
        )
        for row in rows:
            known = CHECKS.get(row.code)
            words = f"{known.severity.label} {known.message}" if known else ""
            self.stdout.write(f"  {row.open:>8}  {row.code}  {words}")
