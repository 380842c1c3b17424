from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "poverty.accounts"
    label = "accounts"
    verbose_name = "单位与人员"
    default_auto_field = "django.db.models.BigAutoField"
