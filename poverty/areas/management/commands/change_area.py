"""Rename, merge, move or abolish a place, with everything that bears its code."""

import csv
from datetime import date

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from poverty.areas.services.changes import change_area, rename

KINDS = {"rename": "更名", "merge": "合并", "move": "划转", "abolish": "撤销"}


class Command(BaseCommand):
    help = (
        "区划更名、合并、划转、撤销。例："
        "change_area merge 220503101 220503100 --on 2020-03-01 --document 文号 --below 对照.csv"
    )

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=KINDS, help="rename 更名，merge 合并，move 划转，abolish 撤销")
        parser.add_argument("old", help="原代码")
        parser.add_argument("new", nargs="?", default="", help="新代码（合并、划转）")
        parser.add_argument("--on", required=True, type=date.fromisoformat, help="生效日期，如 2020-03-01")
        parser.add_argument("--document", required=True, help="依据文件")
        parser.add_argument("--name", default="", help="新名称（更名、划转）")
        parser.add_argument("--below", help="下级区划对照表 CSV：列 old,new[,name]")

    def handle(self, **options):
        given = {key: options[key] for key in ("on", "document", "name")}
        try:
            if options["kind"] == "rename":
                area = rename(options["old"], actor=None, **given)
                self.stdout.write(f"{area.code} 现名 {area.name}。")
                return
            result = change_area(
                options["kind"],
                options["old"],
                options["new"],
                actor=None,
                below=_read_below(options["below"]),
                **given,
            )
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        for old, new in result.pairs.items():
            self.stdout.write(f"{old} → {new or '撤销'}{'（新设）' if new in result.created else ''}")
        for label, count in result.moved.items():
            self.stdout.write(f"{label}：转移 {count} 条。")


def _read_below(path: str | None) -> list[tuple[str, str, str]]:
    if not path:
        return []
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if not {"old", "new"} <= set(rows.fieldnames or ()):
                raise CommandError(f"{path} 第 1 行应为列名 old,new 或 old,new,name。")
            return [tuple((row.get(key) or "").strip() for key in ("old", "new", "name")) for row in rows]
    except OSError as error:
        raise CommandError(f"无法读取文件 {path}：{error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} 不是 UTF-8 编码，请另存为“CSV UTF-8”。") from error
