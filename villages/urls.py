"""Addresses of villages."""

urlpatterns: list = []
app_name = "villages"
