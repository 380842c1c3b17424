"""`manage.py backup FILE`: the database and the stored files in one file."""

from pathlib import Path

from django.core.management import BaseCommand

from poverty.local.management.backups import backup


class Command(BaseCommand):
    help = "Write the database and the stored files to FILE. The personal-data keys are not in it."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *args, **options):
        path = options["file"].absolute()
        size = backup(path)
        self.stdout.write(f"{path}: {size / 1e6:.1f} MB. Keep the keys (.local/env) too, apart from it.")
