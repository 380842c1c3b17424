"""manage.py load_papers: the papers that steps need everywhere. Safe to repeat."""

from django.core.management.base import BaseCommand

from poverty.review.paper_rules import load_papers


class Command(BaseCommand):
    help = "Load the papers without which steps are not taken, where they are missing."

    def handle(self, *args, **options):
        self.stdout.write(f"{load_papers()} 条随系统提供的必备材料已载入。")
