"""`manage.py restore FILE [--replace]`: load what `manage.py backup` wrote."""

from pathlib import Path

from django.core.management import BaseCommand

from poverty.local.management.backups import restore


class Command(BaseCommand):
    help = "Load the database and the stored files from FILE. All or nothing."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="drop what is in the database first")

    def handle(self, *args, **options):
        about = restore(options["file"].absolute(), replace=options["replace"])
        self.stdout.write(f"Restored the backup of {about['made']}.")
