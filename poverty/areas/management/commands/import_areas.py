"""Import division codes: adds and renames places; a second run writes nothing."""

import json
import time
from datetime import date

from django.core.management.base import BaseCommand, CommandError

from poverty.areas.services.imports import ImportRefused, import_areas


class Command(BaseCommand):
    help = "导入行政区划（列 code,name,level,parent_code）：新增、更名；文件中没有的区划只列出，不撤销。"

    def add_arguments(self, parser):
        parser.add_argument("file", help="CSV 文件")
        parser.add_argument("--encoding", default="utf-8", help="文件编码，默认 utf-8（可用 gb18030）")
        parser.add_argument("--on", type=date.fromisoformat, help="新名称生效日期，默认今天")
        parser.add_argument("--founded", type=date.fromisoformat, help="新增区划的设立日期，默认不限")
        parser.add_argument("--document", default="", help="依据文件")
        parser.add_argument("--json", action="store_true", help="结果以 JSON 输出")

    def handle(self, **options):
        started = time.perf_counter()
        try:
            with open(options["file"], "rb") as file:
                result = import_areas(
                    file,
                    actor=None,
                    on=options["on"],
                    founded=options["founded"],
                    document=options["document"],
                    encoding=options["encoding"],
                )
        except OSError as error:
            raise CommandError(f"无法读取文件 {options['file']}：{error.strerror}") from error
        except LookupError as error:
            raise CommandError(f"不认识的编码：{options['encoding']}") from error
        except ImportRefused as refusal:
            raise CommandError("\n".join(refusal.messages)) from refusal
        self._report(result, time.perf_counter() - started, options["json"])

    def _report(self, result, seconds: float, as_json: bool):
        if as_json:
            answer = {
                "read": result.read,
                "added": result.added,
                "renamed": result.renamed,
                "attached": result.attached,
                "abolished": result.abolished,
                "written": result.written,
                "missing": result.missing_count,
                "missing_codes": [code for code, _ in result.missing],
                "seconds": round(seconds, 2),
            }
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        if result.written:
            done = f"新增 {result.added}，更名 {result.renamed}，调整上级 {result.attached}"
        else:
            done = "没有变化，未写入任何内容"
        self.stdout.write(f"读取 {result.read} 行：{done}。用时 {seconds:.1f} 秒。")
        if result.abolished:
            self.stdout.write(f"文件中有 {result.abolished} 个已撤销的区划，未恢复。")
        if result.missing_count:
            self.stdout.write(f"文件中没有以下 {result.missing_count} 个在用区划，仍然保留：")
            for code, name in result.missing[:20]:
                self.stdout.write(f"  {code} {name}")
            if result.missing_count > 20:
                self.stdout.write("  …（--json 列出更多）")
