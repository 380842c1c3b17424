from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "poverty.accounts"
    label = "accounts"
    verbose_name = "单位与人员"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # By name, since it needs the models, which do not exist yet when this file is read.
        import_module("poverty.accounts.registrations")
