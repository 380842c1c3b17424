from django.apps import AppConfig

from poverty.audit import actions


class FilesConfig(AppConfig):
    name = "poverty.files"
    label = "files"
    verbose_name = "文件"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        actions.register({"files.store": "上传文件", "files.link": "关联文件", "files.unlink": "移除文件"})
