"""Addresses of duties."""

from django.urls import path

from households.views.duties import diary, figures, presence, records, rules

urlpatterns = [
    path("duties/", figures.duties, name="duties"),
    path("duties/list/", figures.duty_list, name="duty-list"),
    path("duties/late/", figures.duties_late, name="duties-late"),
    path("duties/units/", figures.duty_units, name="duty-units"),
    path("duties/rules/", rules.duty_rules, name="duty-rules"),
    path("duties/rules/<slug:key>/", rules.duty_rule, name="duty-rule"),
    path("duties/records/", records.duty_records, name="duty-records"),
    path("duties/records/new/<slug:act>/", records.duty_record_new, name="duty-record-new"),
    path("duties/help/", records.help_actions, name="help-actions"),
    path("duties/help/new/", records.help_new, name="help-new"),
    path("duties/presence/", presence.presence, name="presence"),
    path("duties/presence/<int:pk>/", presence.presence_person, name="presence-person"),
    path("duties/leave/", presence.leaves, name="leaves"),
    path("duties/leave/new/", presence.leave_new, name="leave-new"),
    path("duties/leave/<int:pk>/", presence.leave, name="leave"),
    path("duties/leave/<int:pk>/end/", presence.leave_end, name="leave-end"),
    path("duties/diary/", diary.diaries, name="diaries"),
    path("duties/diary/<int:pk>/", diary.diary, name="diary"),
    path("duties/withdraw/<slug:what>/<int:pk>/", records.field_work_withdraw, name="field-work-withdraw"),
    path("<int:pk>/call/", records.duty_call, name="duty-call"),
]
