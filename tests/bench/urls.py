"""The addresses of the system and those of the admin that its lists are compared with."""

from django.urls import path

from poverty.urls import handler400, handler403, handler404, handler500, urlpatterns
from tests.bench.admin import SITE

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [*urlpatterns, path("bench-admin/", SITE.urls)]
