"""Addresses of the four-level archive and of handbook labels."""

from django.urls import path

from households.views import archive, labels

urlpatterns = [
    path("archive/", archive.overview, name="archive"),
    path("archive/files/", archive.files, name="archive-files"),
    path("archive/files/<int:pk>/", archive.file, name="archive-file"),
    path("archive/files/<int:pk>/download/", archive.download, name="archive-download"),
    path("archive/<slug:code>/cards/", archive.village_cards, name="archive-cards"),
    path("archive/<slug:code>/register/", archive.village_register, name="archive-register"),
    path("archive/<slug:code>/book/", archive.township_book, name="archive-book"),
    path("archive/<slug:code>/labels/", labels.label_sheet, name="archive-labels"),
    path("archive/<slug:code>/take/", archive.area_files, name="archive-take"),
    path("label/<slug:code>/", labels.label, name="label"),
    path("papers/", labels.papers, name="papers"),
    path("<int:pk>/card/", archive.card, name="card"),
    path("<int:pk>/electronic-file/", archive.household_file, name="electronic-file"),
]
