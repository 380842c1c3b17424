"""Addresses of 电商带动: agreements by which businesses buy of households."""

from django.urls import path

from households.sales import views

urlpatterns = [
    path("sales/", views.sales, name="sales"),
    path("sales/new/", views.sale_start, name="sale-start"),
    path("<int:pk>/sales/new/", views.sale_new, name="sale-new"),
    path("sales/<int:pk>/", views.sale, name="sale"),
    path("sales/<int:pk>/scan/", views.sale_scan, name="sale-scan"),
    path("sales/<int:pk>/end/", views.sale_end, name="sale-end"),
    path("sales/<int:pk>/withdraw/", views.sale_withdraw, name="sale-withdraw"),
    path("sales/<int:pk>/results/<int:year>/", views.sale_result, name="sale-result"),
    path("sales/results/<int:pk>/withdraw/", views.sale_result_withdraw, name="sale-result-withdraw"),
]
