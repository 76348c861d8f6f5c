"""Addresses of the desk."""

from django.urls import path

from streife.desk.views import board, erasing, incident, intake, report, search, stream, streets

app_name = "desk"
urlpatterns = [
    path("leitstelle/", board.board, name="board"),
    path("leitstelle/karte.geojson", board.map_features, name="map"),
    path("leitstelle/strom/", stream.stream, name="stream"),
    path("leitstelle/suche/", search.search, name="search"),
    path("leitstelle/befehl/", search.command, name="command"),
    path("leitstelle/aufnahme/", intake.intake, name="intake"),
    path("leitstelle/eingang/<str:reference>/", report.report, name="report"),
    path("leitstelle/eingang/<str:reference>/entscheiden/", report.decide, name="decide"),
    path("leitstelle/eingang/<str:reference>/kontakt/", report.contact, name="contact"),
    path("leitstelle/loeschen/", erasing.overview, name="erasing"),
    path("leitstelle/loeschen/text/", erasing.erase, name="erase"),
    path("leitstelle/strassennetz/", streets.overview, name="streets"),
    path("leitstelle/strassennetz/karte.geojson", streets.features, name="streets_map"),
    path("leitstelle/strassennetz/weg.geojson", streets.way, name="streets_way"),
    path("vorgang/<str:number>/", incident.incident, name="incident"),
    path("vorgang/<str:number>/eintrag/", incident.log, name="log"),
    path("vorgang/<str:number>/abschliessen/", incident.close, name="close"),
    path("vorgang/<str:number>/oeffnen/", incident.reopen, name="reopen"),
    path("vorgang/<str:number>/abgeben/", incident.hand_over, name="hand_over"),
    path("vorgang/<str:number>/antwort/", incident.answer_hand_over, name="answer_hand_over"),
    path("vorgang/<str:number>/zusammenfuehren/", incident.merge, name="merge"),
]
