"""Addresses of hand-overs."""

from django.urls import path

from streife.evidence.export import views

app_name = "hand_overs"
urlpatterns = [
    path("", views.index, name="index"),
    path("vertrauen.txt", views.trust, name="trust"),
    path("pruefen.py", views.program, name="program"),
    path("neu/<str:ident>/", views.new, name="new"),
    path("<str:ident>/", views.hand_over, name="hand_over"),
    path("<str:ident>/entscheiden/", views.decide, name="decide"),
    path("<str:ident>/noch-einmal/", views.again, name="again"),
    path("<str:ident>/datei/", views.file, name="file"),
    path("<str:ident>/empfang/", views.receipt, name="receipt"),
]
