"""Addresses of the equipment."""

from django.urls import path

from streife.equipment import views

app_name = "equipment"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("neu/", views.new, name="new"),
    path("ausgabe/", views.scan, name="scan"),
    path("<int:asset_id>/", views.item, name="item"),
    path("<int:asset_id>/ausgeben/", views.hand_over, name="hand_over"),
    path("<int:asset_id>/zuruecknehmen/", views.take_back, name="take_back"),
    path("<int:asset_id>/pruefen/", views.inspect, name="inspect"),
    path("<int:asset_id>/aussondern/", views.retire, name="retire"),
]
