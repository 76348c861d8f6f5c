"""Addresses of the phone page."""

from django.urls import path

from streife.field import views

app_name = "field"
urlpatterns = [
    path("", views.home, name="home"),
    path("status/", views.status, name="status"),
    path("position/", views.position, name="position"),
    path("feststellung/", views.observe, name="observe"),
    path("auftrag/<int:assignment_id>/uebernehmen/", views.accept, name="accept"),
    path("auftrag/<int:assignment_id>/vor-ort/", views.arrive, name="arrive"),
    path("auftrag/<int:assignment_id>/abschliessen/", views.finish, name="finish"),
    path("auftrag/<int:assignment_id>/notiz/", views.line, name="line"),
]
