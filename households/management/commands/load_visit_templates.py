"""manage.py load_visit_templates: the visit templates that come with the system. Safe to repeat."""

from django.core.management.base import BaseCommand

from households.visits.services.templates import load_templates


class Command(BaseCommand):
    help = "Load the visit templates that come with the system, where they are missing."

    def handle(self, *args, **options):
        self.stdout.write(f"{load_templates()} 个随系统提供的走访模板已载入。")
