"""Addresses of the log."""

from django.urls import path

from poverty.audit import views

app_name = "audit"
urlpatterns = [path("", views.log, name="log")]
