"""Addresses of 工作步骤."""

from django.urls import path

from households.steps import views

urlpatterns = [
    path("steps/", views.steps, name="steps"),
    path("steps/method/", views.step_method, name="step-method"),
    path("steps/list/<int:done>/", views.step_list, name="step-list"),
    path("steps/households/<int:pk>/", views.step_household, name="step-household"),
    path("steps/<int:pk>/withdraw/", views.step_withdraw, name="step-withdraw"),
]
