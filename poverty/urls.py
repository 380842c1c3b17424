"""Every address of the system, wired in one place."""

urlpatterns: list = []
