"""Fill a register of any size with invented households, for measuring."""

import json

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from households.demo.scale import simulate


class Command(BaseCommand):
    help = "生成任意规模的模拟户（人员、证件号码均为虚构），用于测速"

    def add_arguments(self, parser):
        parser.add_argument("--households", type=int, required=True)
        parser.add_argument("--area", required=True, help="区划代码；户均匀分布到其下各村")
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *, households, area, year, seed, **options):
        if not 1 <= households <= 5_000_000:
            raise CommandError("户数须在 1 至 5,000,000 之间。")
        try:
            counts = simulate(households, area_code=area, year=year, seed=seed, say=self.stderr.write)
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from error
        self.stdout.write(json.dumps(counts))
