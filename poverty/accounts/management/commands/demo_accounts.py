from django.core.management.base import BaseCommand

from poverty.accounts.demo import PASSWORD, demo_accounts


class Command(BaseCommand):
    help = "Print the demo accounts that exist in this database, with their common password."

    def handle(self, *args, **options):
        found = demo_accounts()
        if not found:
            self.stdout.write("没有演示账号。用 manage.py load_demo 载入演示数据。")
            return
        for role, username, name, place in found:
            self.stdout.write(f"{username:<12}{role}　{name}（{place}）")
        self.stdout.write(f"密码都是 {PASSWORD}")
