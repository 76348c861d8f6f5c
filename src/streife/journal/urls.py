"""Addresses of the record."""

from django.urls import path

from streife.journal import serving, views

app_name = "journal"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("pruefen/", views.check, name="check"),
    path("pruefen/stand/", views.progress, name="progress"),
    path("kacheln/<int:year>/<path:name>", serving.tiles, name="tiles"),
    path("pruefpunkte/", views.checkpoints, name="checkpoints"),
    path("<int:year>/<int:number>/", views.entry, name="entry"),
    path("<int:year>/<int:number>/nachweis/", views.proof_file, name="proof"),
]
