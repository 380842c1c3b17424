"""Addresses of stored files."""

from django.urls import path

from poverty.files import views

app_name = "files"
urlpatterns = [
    path("<int:pk>/", views.file_page, name="file"),
    path("<int:pk>/original/", views.original, name="original"),
    path("<int:pk>/picture/<slug:size>/", views.picture, name="picture"),
    path("of/<str:case_type>/<int:case_id>/<slug:role>/", views.gallery_part, name="gallery"),
    path("of/<str:case_type>/<int:case_id>/<slug:role>/upload/", views.upload, name="upload"),
    path("link/<int:pk>/remove/", views.remove, name="remove"),
]
