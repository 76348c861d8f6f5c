"""Addresses of the map layers."""

from django.urls import path

from streife.places import views

app_name = "places"
urlpatterns = [
    path("karte/grundkarte.geojson", views.basemap, name="basemap"),
    path("karte/orte.geojson", views.spots, name="spots"),
    path("karte/zonen.geojson", views.zones, name="zones"),
]
