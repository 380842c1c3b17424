"""Addresses of visits."""

from django.urls import path

from households.views.visits import entering, inbox, listing, one, photos, rechecks, unsent

urlpatterns = [
    path("visits/", listing.visits, name="visits"),
    path("visits/<int:pk>/", one.visit, name="visit"),
    path("visits/<int:pk>/withdraw/", one.withdraw, name="visit-withdraw"),
    path("visits/<int:pk>/photos/", photos.add, name="visit-photos-add"),
    path("visits/<int:pk>/recheck/", rechecks.recheck, name="visit-recheck"),
    path("visits/<int:pk>/settle/", inbox.settle, name="visit-settle"),
    path("visits/inbox/", inbox.inbox, name="visit-inbox"),
    path("visits/inbox/<int:pk>/", inbox.decide, name="visit-fact"),
    path("visits/photos/", photos.photos, name="visit-photos"),
    path("visits/photos/<int:pk>/", photos.look, name="visit-photo"),
    path("visits/photos/<int:pk>/give-up/", photos.give_up, name="visit-photo-gone"),
    path("visits/unsent/", unsent.unsent, name="visits-unsent"),
    path("visits/unsent/<int:pk>/", unsent.give_up, name="visits-give-up"),
    path("<int:pk>/visit/", entering.enter, name="visit-enter"),
]
