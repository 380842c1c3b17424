"""Addresses of the frame itself."""

from django.urls import path

from poverty.web import views

app_name = "web"
urlpatterns = [
    path("choose/", views.choose, name="choose"),
    path("robots.txt", views.robots, name="robots"),
]
