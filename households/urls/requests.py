"""Addresses of tables from above."""

from django.urls import path

from households.views import recurring, request_filling, request_updates, requests

urlpatterns = [
    path("requests/", requests.requests, name="requests"),
    path("requests/new/", requests.request_new, name="request-new"),
    path("requests/recurring/", recurring.recurring, name="recurring"),
    path("requests/recurring/new/<slug:condition>/", recurring.recurring_new, name="recurring-new"),
    path("requests/recurring/<int:pk>/switch/", recurring.recurring_switch, name="recurring-switch"),
    path("requests/<int:pk>/", requests.request_page, name="request"),
    path("requests/<int:pk>/columns/", requests.request_columns, name="request-columns"),
    path("requests/<int:pk>/rows/", requests.request_rows, name="request-rows"),
    path("requests/<int:pk>/discard/", requests.request_discard, name="request-discard"),
    path("requests/<int:pk>/close/", requests.request_close, name="request-close"),
    path("requests/<int:pk>/remind/", requests.request_remind, name="request-remind"),
    path("requests/<int:pk>/updates/", request_updates.request_updates, name="request-updates"),
    path("requests/rows/<int:pk>/decide/", request_updates.request_decide, name="request-decide"),
    path("requests/<int:pk>/merged/", requests.request_merged, name="request-merged"),
    path("requests/<int:pk>/fill/", request_filling.request_fill, name="request-fill"),
    path("requests/<int:pk>/part/", request_filling.request_part_file, name="request-part-file"),
    path("requests/<int:pk>/upload/", request_filling.request_part_upload, name="request-part-upload"),
    path("requests/rows/<int:pk>/", request_filling.request_row, name="request-row"),
    path("requests/parts/<int:pk>/submit/", request_filling.request_submit, name="request-submit"),
    path("requests/parts/<int:pk>/back/", request_filling.request_back, name="request-back"),
    path("requests/parts/<int:pk>/accept/", request_filling.request_accept, name="request-accept"),
]
