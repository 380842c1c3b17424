"""Addresses of applications to move (易地扶贫搬迁申请)."""

from django.urls import path

from households.relocation.applications.views import acting, posting, reading

urlpatterns = [
    path("moves/", reading.moves, name="moves"),
    path("moves/new/", acting.move_start, name="move-start"),
    path("moves/appraise/", acting.move_appraise, name="move-appraise"),
    path("moves/act/<slug:tab>/", acting.moves_act, name="moves-act"),
    path("moves/lists/<int:pk>/", posting.move_list, name="move-list"),
    path("moves/lists/<int:pk>/post/<slug:kind>/", posting.move_notice, name="move-notice"),
    path("moves/<int:pk>/", reading.move, name="move"),
    path("moves/<int:pk>/amend/", acting.move_amend, name="move-amend"),
    path("moves/<int:pk>/refuse/", acting.move_refuse, name="move-refuse"),
    path("moves/<int:pk>/return/", acting.move_return, name="move-return"),
    path("moves/<int:pk>/withdraw/", acting.move_withdraw, name="move-withdraw"),
    path("moves/<int:pk>/in/", acting.move_in, name="move-in"),
    path("moves/<int:pk>/in/revoke/", acting.move_in_revoke, name="move-in-revoke"),
    path("moves/<int:pk>/old-house/", acting.move_clear, name="move-clear"),
    path("moves/<int:pk>/told/", acting.move_tell, name="move-tell"),
    path("moves/<int:pk>/paper/", reading.move_paper, name="move-paper"),
    path("<int:pk>/move/", acting.move_apply, name="move-apply"),
]
