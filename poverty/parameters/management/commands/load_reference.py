"""manage.py load_reference: the dated values that come with the system. Safe to repeat."""

from django.core.management.base import BaseCommand

from poverty.parameters.services import load_reference


class Command(BaseCommand):
    help = "Load the lines and other dated values that come with the system, where they are missing."

    def handle(self, *args, **options):
        self.stdout.write(f"{load_reference()} 条随系统提供的参数已载入。")
