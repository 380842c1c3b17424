"""The part of the system without tables: rights on views, paging, merging, layout, template tags."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "poverty.web"
    label = "web"
    verbose_name = "页面"
