"""Addresses of units and assignments, below the desk's."""

from django.urls import path

from streife.dispatch import views

app_name = "dispatch"
urlpatterns = [
    path("", views.units, name="units"),
    path("neu/", views.form_unit, name="unit_new"),
    path("zuweisen/", views.assign, name="assign"),
    path("empfehlung/<int:incident_id>/", views.recommendations, name="recommendations"),
    path("auftrag/<int:assignment_id>/zurueck/", views.withdraw, name="withdraw"),
    path("<int:unit_id>/", views.unit_card, name="unit"),
    path("<int:unit_id>/status/", views.status, name="status"),
    path("<int:unit_id>/aufloesen/", views.stand_down, name="stand_down"),
]
