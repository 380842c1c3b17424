"""Judge every household of an area for a year, here and now."""

import json

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from households.models import AssessmentRun
from households.services.assess import assess

COUNTS = ("assessed", "met", "unmet", "unknown", "left_out", "no_standard", "changed")


class Command(BaseCommand):
    help = "按已发布的退出标准判定一个地区某年度的全部户（只写入有变化的结果）"

    def add_arguments(self, parser):
        parser.add_argument("--area", required=True, help="区划代码，如 220503；空字符串表示全部")
        parser.add_argument("--year", required=True, type=int)
        parser.add_argument("--json", action="store_true", help="输出一行 JSON")

    def handle(self, *, area, year, **options):
        try:
            run = assess(area, year, trigger=AssessmentRun.Trigger.COMMAND)
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from error
        if run.no_standard:
            self.stderr.write(
                f"{run.no_standard} 户所在地区本年未发布标准，没有判定：由县扶贫办录入并由另一人发布后再判定。"
            )
        counts = {name: getattr(run, name) for name in COUNTS} | {"seconds": float(run.seconds)}
        if options["json"]:
            self.stdout.write(json.dumps(counts, ensure_ascii=False))
            return
        self.stdout.write(
            "判定 {assessed} 户：达标 {met}，未达标 {unmet}，待核实 {unknown}；变化 {changed} 户，未判定 {left_out} 户，"
            "本年未发布标准 {no_standard} 户；用时 {seconds} 秒".format(**counts)
        )
        for change in run.changes.select_related("household", "area").order_by("area_id", "id")[:50]:
            self.stdout.write(
                f"  {change.area} {change.household}：{change.get_verdict_before_display() or '（无）'} → "
                f"{change.get_verdict_after_display() or '（撤销）'}"
            )
        if run.changed > 50:
            self.stdout.write(f"  …… 共 {run.changed} 户，其余见判定运行页面")
