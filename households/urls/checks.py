"""Addresses of the data checks."""

from django.urls import path

from households.views import checks

urlpatterns = [
    path("checks/", checks.checks, name="checks"),
    path("checks/start/", checks.start, name="check-start"),
    path("checks/findings/", checks.findings, name="findings"),
    path("checks/runs/", checks.runs, name="check-runs"),
    path("checks/findings/<int:pk>/answer/", checks.answering, name="finding-answer"),
    path("<int:pk>/checks/", checks.of_household, name="household-checks"),
    path("<int:pk>/checks/again/", checks.again, name="household-checks-again"),
]
