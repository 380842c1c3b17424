"""Addresses of visits."""

from django.urls import path

from households.views.visits import entering, inbox, listing, one, photos

urlpatterns = [
    path("visits/", listing.visits, name="visits"),
    path("visits/<int:pk>/", one.visit, name="visit"),
    path("visits/<int:pk>/withdraw/", one.withdraw, name="visit-withdraw"),
    path("visits/<int:pk>/settle/", inbox.settle, name="visit-settle"),
    path("visits/inbox/", inbox.inbox, name="visit-inbox"),
    path("visits/inbox/<int:pk>/", inbox.decide, name="visit-fact"),
    path("visits/photos/", photos.photos, name="visit-photos"),
    path("visits/photos/<int:pk>/", photos.look, name="visit-photo"),
    path("<int:pk>/visit/", entering.enter, name="visit-enter"),
]
