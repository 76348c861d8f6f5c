"""Addresses of the vault."""

from django.urls import path

from streife.evidence.views import playing, uploading

app_name = "evidence"
urlpatterns = [
    path("aufnahme/<str:ident>/ansehen/", playing.ask, name="ask"),
    path("aufnahme/<str:ident>/kette.json", playing.custody, name="custody"),
    path("wiedergabe/<str:token>/", playing.play, name="play"),
    path("hochladen/beginnen/", uploading.begin, name="upload_begin"),
    path("hochladen/<str:ident>/", uploading.state, name="upload_state"),
    path("hochladen/<str:ident>/teil/", uploading.piece, name="upload_piece"),
    path("hochladen/<str:ident>/fertig/", uploading.finish, name="upload_finish"),
]
