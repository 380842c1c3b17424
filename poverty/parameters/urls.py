"""Addresses of the parameter pages."""

from django.urls import path, register_converter

from poverty.parameters import views
from poverty.parameters.definitions import DEFINITIONS


class CodeConverter:
    """A parameter code; an unknown one is no address."""

    regex = r"[a-z_]+\.[a-z_]+"

    def to_python(self, value: str) -> str:
        if value not in DEFINITIONS:
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(CodeConverter, "parameter")

app_name = "parameters"
urlpatterns = [
    path("", views.parameter_list, name="list"),
    path("<parameter:code>/", views.detail, name="detail"),
    path("<parameter:code>/add/", views.add, name="add"),
]
