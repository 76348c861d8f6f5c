"""Addresses of the figures."""

from django.urls import path

from streife.insight import views

app_name = "insight"
urlpatterns = [
    path("lagebild/", views.overview, name="overview"),
    path("lagebild/bezirke.geojson", views.quarters, name="quarters"),
    path("lagebild/<slug:name>.csv", views.table, name="table"),
]
