"""Addresses of the public pages."""

from django.urls import path

from streife.portal.views import pages, report, status

app_name = "portal"
_ONE = "stand/<str:reference>/<str:secret>/"
urlpatterns = [
    path("", pages.start, name="start"),
    path("hinweis/", report.report, name="report"),
    path("hinweis/foto/<uuid:client_id>/<str:sha256>/", report.kept_photo, name="kept_photo"),
    path("stand/", status.look_up, name="look_up"),
    path(_ONE, status.status, name="status"),
    path(f"{_ONE}widerspruch/", status.object_view, name="object"),
    path(f"{_ONE}loeschen/", status.erase, name="erase"),
    path(f"{_ONE}foto/<str:sha256>/", status.photo, name="photo"),
    path("anlaufstellen/", pages.offices, name="offices"),
    path("datenschutz/", pages.privacy, name="privacy"),
    path("barrierefreiheit/", pages.accessibility, name="accessibility"),
    path("impressum/", pages.imprint, name="imprint"),
    path("leichte-sprache/", pages.easy_language, name="easy_language"),
]
