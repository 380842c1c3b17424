"""Addresses of registering and of register changes."""

from django.urls import path

from households.views import change_lists, changes, registering

urlpatterns = [
    path("register/", registering.register, name="register"),
    path("changes/", change_lists.changes, name="changes"),
    path("changes/confirm/", change_lists.confirm, name="changes-confirm"),
    path("changes/decide/", change_lists.decide, name="changes-decide"),
    path("changes/<int:pk>/", changes.change, name="change"),
    path("changes/<int:pk>/return/", changes.change_return, name="change-return"),
    path("changes/<int:pk>/withdraw/", changes.change_withdraw, name="change-withdraw"),
    path("<int:pk>/propose/", changes.propose_start, name="propose-start"),
    path("<int:pk>/propose/<slug:kind>/", changes.propose, name="propose"),
    path("<int:pk>/discard/", changes.discard, name="discard"),
]
