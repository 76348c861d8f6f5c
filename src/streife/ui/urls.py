"""The pattern pages."""

from django.urls import path

from streife.ui import views

app_name = "ui"
urlpatterns = [
    path("", views.patterns, name="patterns"),
    path("karte.geojson", views.sample_map, name="sample_map"),
    path("<slug:name>/", views.patterns, name="pattern"),
]
