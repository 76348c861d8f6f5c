"""Addresses of patrol planning."""

from django.urls import path

from streife.patrols.views import editing, places, plans, presence, teams, wishes

app_name = "patrols"
urlpatterns = [
    path("", plans.index, name="index"),
    path("schicht/<int:shift_id>/", plans.shift, name="shift"),
    path("schicht/<int:shift_id>/rechnen/", plans.prepare, name="prepare"),
    path("schicht/<int:shift_id>/team/", teams.keep, name="keep_team"),
    path("schicht/<int:shift_id>/teams/", teams.propose, name="propose_teams"),
    path("team/<int:team_id>/entfernen/", teams.drop, name="drop_team"),
    path("plan/<int:plan_id>/", plans.plan, name="plan"),
    path("plan/<int:plan_id>/karte.geojson", plans.routes_map, name="map"),
    path("plan/<int:plan_id>/neu-rechnen/", plans.replan, name="replan"),
    path("plan/<int:plan_id>/anderer/", plans.other, name="other"),
    path("plan/<int:plan_id>/aendern/", plans.revise, name="revise"),
    path("plan/<int:plan_id>/veroeffentlichen/", plans.publish, name="publish"),
    path("plan/<int:plan_id>/verwerfen/", plans.discard, name="discard"),
    path("plan/<int:plan_id>/zuruecknehmen/", editing.undo, name="undo"),
    path("plan/<int:plan_id>/halt/", editing.add, name="add"),
    path("halt/<int:stop_id>/", editing.stop, name="stop"),
    path("halt/<int:stop_id>/verschieben/", editing.move, name="move"),
    path("halt/<int:stop_id>/festhalten/", editing.lock, name="lock"),
    path("halt/<int:stop_id>/entfernen/", editing.drop, name="drop"),
    path("bedarf/", places.need_page, name="need"),
    path("bedarf/karte.geojson", places.need_map, name="need_map"),
    path("ort/<str:code>/", places.place, name="place"),
    path("wuensche/", wishes.wishes, name="wishes"),
    path("wuensche/<int:wish_id>/zuruecknehmen/", wishes.withdraw, name="withdraw"),
    path("praesenz/", presence.presence, name="presence"),
    path("forschung/", presence.research, name="research"),
]
