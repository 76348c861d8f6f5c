"""Addresses of the vault."""

from django.urls import path

from streife.evidence.views import (
    deciding,
    lists,
    playing,
    recordings,
    redactions,
    stock,
    things,
    uploading,
    watching,
)

app_name = "evidence"
urlpatterns = [
    path("", lists.index, name="index"),
    path("aufnahme/<str:ident>/", recordings.recording, name="recording"),
    path("aufnahme/<str:ident>/gebraucht/", recordings.needed, name="needed"),
    path("aufnahme/<str:ident>/angaben/", recordings.circumstances, name="circumstances"),
    path("aufnahme/<str:ident>/loeschen/", recordings.deletion, name="deletion"),
    path("aufnahme/<str:ident>/verwahrung/", recordings.custody, name="custody_page"),
    path("aufnahme/<str:ident>/grund/", watching.look, name="look"),
    path("aufnahme/<str:ident>/schwaerzen/", redactions.begin, name="redaction_begin"),
    path("abspielen/<str:token>/", watching.player, name="player"),
    path("abspielen/<str:token>/notiz/", watching.note, name="note"),
    path("freigaben/", deciding.approvals, name="approvals"),
    path("freigaben/sperre/", deciding.lift, name="lift"),
    path("sicherung/<int:hold_id>/bestaetigen/", deciding.confirm, name="confirm"),
    path("sicherung/<int:hold_id>/beenden/", deciding.release_hold, name="release_hold"),
    path("loeschantrag/<int:request_id>/", deciding.decide, name="decide"),
    path("schwaerzung/<int:redaction_id>/", redactions.redaction, name="redaction"),
    path("schwaerzung/<int:redaction_id>/_stand/", redactions.progress, name="progress"),
    path("schwaerzung/<int:redaction_id>/ansehen/", redactions.watch, name="redaction_watch"),
    path("schwaerzung/<int:redaction_id>/rahmen/", redactions.box, name="redaction_box"),
    path("schwaerzung/<int:redaction_id>/stumm/", redactions.mute, name="redaction_mute"),
    path("schwaerzung/<int:redaction_id>/aendern/", redactions.change, name="redaction_change"),
    path("schwaerzung/<int:redaction_id>/weiter/", redactions.step, name="redaction_step"),
    path("asservate/", things.items, name="items"),
    path("asservate/neu/", things.new, name="item_new"),
    path("asservate/<str:ident>/", things.item, name="item"),
    path("bestand/", stock.stock, name="stock"),
    path("bestand/zaehlen/", stock.count, name="count"),
    path("aufnahme/<str:ident>/ansehen/", playing.ask, name="ask"),
    path("aufnahme/<str:ident>/kette.json", playing.custody, name="custody"),
    path("wiedergabe/<str:token>/", playing.play, name="play"),
    path("hochladen/", uploading.page, name="upload"),
    path("hochladen/beginnen/", uploading.begin, name="upload_begin"),
    path("hochladen/<str:ident>/", uploading.state, name="upload_state"),
    path("hochladen/<str:ident>/teil/", uploading.piece, name="upload_piece"),
    path("hochladen/<str:ident>/fertig/", uploading.finish, name="upload_finish"),
]
