"""Addresses of signing in, one's own page, people and units."""

from django.urls import path

from poverty.accounts.views import me, people, postings, signing_in, units

app_name = "accounts"
urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="sign-in"),
    path("sign-out/", signing_in.sign_out, name="sign-out"),
    path("me/", me.me, name="me"),
    path("me/password/", me.change_password, name="change-password"),
    path("me/tokens/", me.add_token, name="token-add"),
    path("me/tokens/<int:pk>/revoke/", me.revoke_token, name="token-revoke"),
    path("people/", people.users, name="users"),
    path("people/add/", people.user_add, name="user-add"),
    path("people/<int:pk>/", people.user, name="user"),
    path("people/<int:pk>/edit/", people.user_edit, name="user-edit"),
    path("people/<int:pk>/account/", people.user_give_account, name="user-give-account"),
    path("people/<int:pk>/password/", people.user_reset_password, name="user-reset-password"),
    path("people/<int:pk>/deactivate/", people.user_deactivate, name="user-deactivate"),
    path("people/<int:pk>/reactivate/", people.user_reactivate, name="user-reactivate"),
    path("people/<int:pk>/postings/add/", postings.posting_add, name="posting-add"),
    path("postings/<int:pk>/end/", postings.posting_end, name="posting-end"),
    path("units/", units.units, name="units"),
    path("units/add/", units.unit_add, name="unit-add"),
    path("units/<int:pk>/", units.unit, name="unit"),
    path("units/<int:pk>/edit/", units.unit_edit, name="unit-edit"),
]
