from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from households.benefits.demo import work_out_figures
from households.demo.chapters import tell
from households.demo.county import load_county, nothing_here
from households.demo.staff import SECOND_REVIEWER
from poverty.accounts.demo import PASSWORD


class Command(BaseCommand):
    help = "Load the demo county 二道江区 (220503): real villages and published figures, invented people."

    def add_arguments(self, parser):
        parser.add_argument("--if-empty", action="store_true", help="已有户或账号时什么也不做")

    def handle(self, **options):
        if options["if_empty"] and not nothing_here():
            return
        try:
            loaded = load_county(self._say)
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from error
        run = loaded.run
        for said in tell():
            self._say(said)
        self._say(f"政策覆盖和就业数字 {work_out_figures()} 个年度")
        self.stdout.write(
            f"演示县已载入：{loaded.households} 户 {loaded.persons} 人（人员为虚构），用时 {loaded.seconds} 秒。"
        )
        self.stdout.write(
            f"{run.year}年度判定 {run.assessed} 户：达标 {run.met}、未达标 {run.unmet}、待核实 {run.unknown}，"
            f"另有 {run.left_out} 户未判定。"
        )
        self.stdout.write(f"起草标准的人不能发布：另有县扶贫办账号 {SECOND_REVIEWER}，密码 {PASSWORD}。")

    def _say(self, text: str) -> None:
        self.stdout.write(f"  {text}")
        self.stdout.flush()
