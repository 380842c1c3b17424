"""Addresses of household exit."""

from django.urls import path

from households.views.exits import backplan, case, comparing, county, lists, overview, plan, prints, village

urlpatterns = [
    path("exits/", overview.exits, name="exits"),
    path("exits/backplan/", backplan.exit_backplan, name="exit-backplan"),
    path("exits/compare/", comparing.exit_compare, name="exit-compare"),
    path("exits/decide/", county.exit_decide, name="exit-decide"),
    path("exits/villages/<str:code>/", village.exit_village, name="exit-village"),
    path("exits/villages/<str:code>/plan/", plan.exit_plan, name="exit-plan"),
    path("exits/villages/<str:code>/prepare/", village.exit_prepare, name="exit-prepare"),
    path("exits/villages/<str:code>/list/", village.exit_list_make, name="exit-list-make"),
    path("exits/lists/<int:pk>/appraise/", lists.exit_appraise, name="exit-appraise"),
    path("exits/lists/<int:pk>/verify/", lists.exit_verify, name="exit-verify"),
    path("exits/lists/<int:pk>/sign/", lists.exit_sign, name="exit-sign"),
    path("exits/lists/<int:pk>/check/", lists.exit_check, name="exit-check"),
    path("exits/lists/<int:pk>/review/", lists.exit_review, name="exit-review"),
    path("exits/lists/<int:pk>/announce/", lists.exit_announce, name="exit-announce"),
    path("exits/lists/<int:pk>/file/", lists.exit_file, name="exit-file"),
    path("exits/lists/<int:pk>/mark/", lists.exit_mark, name="exit-mark"),
    path("exits/lists/<int:pk>/print/<slug:sheet>/", prints.exit_print_list, name="exit-print-list"),
    path("exits/cases/<int:pk>/", case.exit_page, name="exit"),
    path("exits/cases/<int:pk>/joint/", case.exit_joint, name="exit-joint"),
    path("exits/cases/<int:pk>/send-back/", case.exit_send_back, name="exit-send-back"),
    path("exits/cases/<int:pk>/return/", case.exit_return, name="exit-return"),
    path("exits/cases/<int:pk>/drop/", case.exit_drop, name="exit-drop"),
    path("exits/cases/<int:pk>/revoke/", case.exit_revoke, name="exit-revoke"),
    path("exits/cases/<int:pk>/confirm/", case.exit_confirm, name="exit-confirm"),
    path("exits/cases/<int:pk>/obstacles/", case.exit_obstacle, name="exit-obstacle"),
    path("exits/cases/<int:pk>/print/<slug:sheet>/", prints.exit_print, name="exit-print"),
    path("exits/obstacles/<int:pk>/lift/", case.exit_lift, name="exit-lift"),
]
