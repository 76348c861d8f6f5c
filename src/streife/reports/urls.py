"""Addresses of reports."""

from django.urls import path

from streife.reports import views

app_name = "reports"
urlpatterns = [
    path("hinweise/foto/<int:photo_id>/", views.photo, name="photo"),
]
