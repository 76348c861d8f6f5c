"""All addresses, one line a package."""

from django.urls import URLPattern, URLResolver, include, path

from streife.config.navigation import start

urlpatterns: list[URLPattern | URLResolver] = [
    path("konto/", include("streife.accounts.urls")),
    path("sprache/", include("django.conf.urls.i18n")),
    path("muster/", include("streife.ui.urls")),
    path("start/", start, name="start"),
    path("leitstelle/streifen/", include("streife.dispatch.urls")),
    path("", include("streife.desk.urls")),
    path("dienst/", include("streife.field.urls")),
    path("dienstplan/", include("streife.roster.urls")),
    path("streifenplan/", include("streife.patrols.urls")),
    path("beweismittel/herausgaben/", include("streife.evidence.export.urls")),
    path("beweismittel/", include("streife.evidence.urls")),
    path("personal/", include("streife.staff.urls")),
    path("ausstattung/", include("streife.equipment.urls")),
    path("protokoll/", include("streife.journal.urls")),
    path("", include("streife.places.urls")),
    path("", include("streife.portal.urls")),
    path("", include("streife.reports.urls")),
    path("", include("streife.insight.urls")),
]

handler400 = "streife.config.handlers.bad_request"
handler403 = "streife.config.handlers.permission_denied"
handler404 = "streife.config.handlers.page_not_found"
handler429 = "streife.config.handlers.too_many_requests"
handler500 = "streife.config.handlers.server_error"
