"""Addresses of the runs of judging."""

from django.urls import path

from households.views import runs

urlpatterns = [
    path("runs/", runs.runs, name="runs"),
    path("runs/start/", runs.run_start, name="run-start"),
    path("runs/<int:pk>/", runs.run, name="run"),
]
