"""Judge every village of an area for a year, here and now."""

import json

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from villages.services.assess import assess_villages


class Command(BaseCommand):
    help = "按已发布的村退出标准判定一个地区某年度的全部村（只写入有变化的结果）"

    def add_arguments(self, parser):
        parser.add_argument("--area", required=True, help="区划代码，如 220503；空字符串表示全部")
        parser.add_argument("--year", required=True, type=int)
        parser.add_argument("--json", action="store_true", help="输出一行 JSON")

    def handle(self, *, area, year, **options):
        try:
            counts = assess_villages(area, year)
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from error
        if options["json"]:
            self.stdout.write(json.dumps(vars(counts), ensure_ascii=False))
            return
        self.stdout.write(
            f"判定 {counts.assessed} 村：达标 {counts.met}，未达标 {counts.unmet}，待核实 {counts.unknown}；"
            f"变化 {counts.changed} 村，撤销 {counts.withdrawn} 村"
        )
