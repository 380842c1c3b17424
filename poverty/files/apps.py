from importlib import import_module

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "poverty.files"
    label = "files"
    verbose_name = "文件"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # By name, since it needs the models, which do not exist yet when this file is read.
        import_module("poverty.files.registrations")
