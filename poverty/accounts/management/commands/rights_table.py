from django.core.management.base import BaseCommand, CommandError

from poverty.accounts.rights_table import PATH, render


class Command(BaseCommand):
    help = "Write docs/rights.md: role x right and address x role, from the code."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="write nothing, fail when out of date")

    def handle(self, *args, check=False, **options):
        text = render()
        if check:
            if not PATH.exists() or PATH.read_text() != text:
                raise CommandError("docs/rights.md is not up to date: run manage.py rights_table.")
            return
        PATH.write_text(text)
        self.stdout.write(f"{PATH.name} written.")
