"""Addresses of the phone page."""

from django.urls import path

from streife.field import routes, views

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
    path("route/", routes.route, name="route"),
    path("hier/", routes.here, name="here"),
    path("hier/<uuid:stay_id>/weiter/", routes.leave, name="leave"),
    path("route/karte.geojson", routes.route_map, name="route_map"),
    path("route/halt/<int:stop_id>/da/", routes.there, name="there"),
    path("route/halt/<int:stop_id>/weiter/", routes.onwards, name="onwards"),
]
