"""Write a ledger to a file: `manage.py export_ledger NAME --area CODE --year Y --actor USER --out FILE`."""

import json
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError

from poverty.accounts.models import User
from poverty.ledgers import registry
from poverty.ledgers.models import ExportFormat
from poverty.ledgers.services.exporting import export_to


class Command(BaseCommand):
    """The same ledger as from the page: same rights, same log, same bytes while the data have not changed."""

    help = "导出台账"

    def add_arguments(self, parser):
        parser.add_argument("name", help="ledger: " + ", ".join(registry.names()))
        parser.add_argument("--area", required=True, help="code of the area")
        parser.add_argument("--year", type=int, help="year (ledgers with facts of a year)")
        parser.add_argument("--actor", required=True, help="account in whose name it goes out")
        parser.add_argument("--out", required=True, type=Path, help="file to write")
        parser.add_argument("--format", choices=ExportFormat.values, help="by default what FILE ends with")
        parser.add_argument("--filter", action="append", default=[], metavar="NAME=VALUE", dest="filters")
        parser.add_argument("--columns", default="", help="keys of columns, parted by commas; by default all")
        parser.add_argument(
            "--full-numbers", action="store_true", help="full numbers, with right and purpose"
        )
        parser.add_argument("--purpose", default="", help="what the full numbers are for")
        parser.add_argument("--json", action="store_true", help="say what was written as JSON")

    def handle(self, *args, **options):
        actor = User.objects.filter(username=options["actor"], is_active=True).first()
        if actor is None:
            raise CommandError(f"没有“{options['actor']}”这个账号。")
        out = Path(options["out"])
        ending = out.suffix.lstrip(".").lower()
        format = options["format"] or (ending if ending in ExportFormat.values else ExportFormat.XLSX)
        try:
            export = export_to(
                out,
                options["name"],
                area_code=options["area"],
                year=options["year"],
                filters=_filters(options["filters"]),
                columns=[one for one in options["columns"].split(",") if one],
                actor=actor,
                format=format,
                full_numbers=options["full_numbers"],
                purpose=options["purpose"],
            )
        except (PermissionDenied, ValidationError) as error:
            raise CommandError("；".join(getattr(error, "messages", None) or [str(error)])) from error
        except OSError as error:
            raise CommandError(f"文件写不进去：{error.strerror}。") from error
        self.stdout.write(
            json.dumps(_said(export, out), ensure_ascii=False) if options["json"] else _words(export, out)
        )


def _filters(pairs: list[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign:
            raise CommandError(f"--filter {pair}：请写成 名称=值。")
        found[name] = value
    return found


def _said(export, out: Path) -> dict:
    return {
        "export": export.pk,
        "ledger": export.ledger,
        "title": export.title,
        "area": export.area_code,
        "year": export.year,
        "filter": export.filter_words,
        "as_of": export.as_of.isoformat(),
        "rows": export.rows,
        "checksum": export.checksum,
        "sha256": export.sha256,
        "bytes": export.size,
        "full_numbers": export.full_numbers,
        "changes": export.changes,
        "file": str(out),
    }


def _words(export, out: Path) -> str:
    return f"{export.title}：{export.rows} 行，{export.size} 字节，SHA-256 {export.sha256}，写入 {out}"
