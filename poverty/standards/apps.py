from django.apps import AppConfig


class StandardsConfig(AppConfig):
    name = "poverty.standards"
    label = "standards"
    verbose_name = "标准"
    default_auto_field = "django.db.models.BigAutoField"
