"""Bring a workbook in: `manage.py import_workbook FILE --kind persons|households --year Y --area CODE --actor USER`."""

import json
from datetime import date
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from poverty.accounts.models import User
from poverty.ledgers.incoming import kinds
from poverty.ledgers.models import Import, StagedRow
from poverty.ledgers.services.importing import apply_import, read_import, start_import
from poverty.ledgers.services.reporting import report_of
from poverty.ledgers.services.summing import faults_by_kind

SHOWN = 20  # kinds of fault


class Command(BaseCommand):
    """Without --apply it only says what would change."""

    help = "导入国网工作簿（不加 --apply 只核对，不写入）"

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="工作簿（.xlsx）")
        parser.add_argument("--kind", required=True, choices=[kind.name for kind in kinds.all_kinds()])
        parser.add_argument("--year", required=True, type=int, help="年度")
        parser.add_argument("--area", required=True, help="区划代码，县或县以下")
        parser.add_argument("--actor", required=True, help="以谁的名义导入（账号）")
        parser.add_argument("--as-of", type=date.fromisoformat, help="国网导出日期，如 2018-12-01；默认今天")
        parser.add_argument("--apply", action="store_true", help="写入没有错误的行")
        parser.add_argument("--report", type=Path, help="把有错误的行写成工作簿")
        parser.add_argument("--json", action="store_true", help="输出一行 JSON")

    def handle(self, *, file: Path, **options):
        actor = User.objects.filter(username=options["actor"], is_active=True).first()
        if actor is None:
            raise CommandError(f"没有“{options['actor']}”这个账号。")
        try:
            with file.open("rb") as stream:
                imported = start_import(
                    File(stream, name=file.name),
                    kind=options["kind"],
                    area_code=options["area"],
                    year=options["year"],
                    actor=actor,
                    as_of=options["as_of"],
                )
            imported = read_import(imported)
            if imported.state == Import.State.FAILED:
                raise CommandError(imported.message)
            written = report_of(imported, str(options["report"])) if options["report"] else None
            if options["apply"]:
                imported = apply_import(imported, actor=actor)
        except OSError as error:
            raise CommandError(f"文件打不开或写不进去：{error.strerror}。") from error
        except (PermissionDenied, ValidationError) as error:
            raise CommandError("；".join(getattr(error, "messages", None) or [str(error)])) from error
        self.stdout.write(
            json.dumps(_said(imported, written), ensure_ascii=False) if options["json"] else _words(imported)
        )


def _said(imported: Import, written: int | None) -> dict:
    return {
        "import": imported.pk,
        "kind": imported.kind,
        "area": imported.area_code,
        "year": imported.year,
        "state": imported.state,
        "sheet": imported.sheet,
        "unknown_columns": imported.unknown,
        "counts": imported.counts,
        "applied": imported.applied,
        "faults": [
            {
                "kind": one.kind,
                "level": one.level,
                "rows": one.rows,
                "message": one.message,
                "cells": one.cells,
            }
            for one in faults_by_kind(imported)
        ],
        "report_rows": written,
    }


def _words(imported: Import) -> str:
    counts = imported.counts
    lines = [
        f"{imported.kind_label}：{counts['rows']} 行，新增 {counts['new']}，有变化 {counts['changed']}，"
        f"无变化 {counts['unchanged']}，有错误 {counts['wrong']}；表里没有的在册人员 {counts['missing']}。"
    ]
    lines += imported.notes
    if imported.unknown:
        lines.append(f"不认识的列（没有导入）：{'、'.join(imported.unknown)}")
    for one in faults_by_kind(imported)[:SHOWN]:
        lines.append(f"  {one.rows} 行：{one.message}（{'、'.join(one.cells)}）")
    if imported.state == Import.State.APPLIED:
        written = "，".join(f"{name} {number}" for name, number in imported.applied.items() if number)
        lines.append(f"已写入：{written or '没有变化'}。")
    else:
        lines.append(f"没有写入。确认后加 --apply 再运行，或在“导入”页面应用导入 {imported.pk}。")
    left = StagedRow.objects.filter(imported=imported).exclude(kept={}).count()
    if left:
        lines.append(f"{left} 行有字段保留本系统的值，见待录国网清单。")
    return "\n".join(lines)
