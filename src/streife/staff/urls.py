"""Addresses of the staff pages."""

from django.urls import path

from streife.staff.views import changing, importing, people

app_name = "staff"
urlpatterns = [
    path("", people.people, name="people"),
    path("ich/", people.me, name="me"),
    path("neu/", changing.ask, {"name": "hire"}, name="hire"),
    path("einlesen/", importing.import_file, name="import"),
    path("einlesen/bericht/<slug:token>/", importing.report, name="import_report"),
    path("einlesen/muster/", importing.sample, name="import_sample"),
    path("laeuft-ab/", people.ending, name="ending"),
    path("staerke/", people.strength, name="strength"),
    path("<int:officer_id>/", people.person, name="person"),
    path("<int:pk>/austritt/", changing.ask, {"name": "leave"}, name="leave"),
    path("<int:pk>/vertrag/", changing.ask, {"name": "contract"}, name="contract"),
    path("vertrag/<int:pk>/ende/", changing.ask, {"name": "end_contract"}, name="end_contract"),
    path("<int:pk>/befaehigung/", changing.ask, {"name": "skill"}, name="skill"),
    path(
        "befaehigung/<int:pk>/ende/",
        changing.ask,
        {"name": "withdraw_skill"},
        name="withdraw_skill",
    ),
    path("<int:pk>/abwesenheit/", changing.ask, {"name": "absence"}, name="absence"),
    path("abwesenheit/<int:pk>/", changing.ask, {"name": "change_absence"}, name="change_absence"),
    path(
        "abwesenheit/<int:pk>/weg/", changing.ask, {"name": "remove_absence"}, name="remove_absence"
    ),
    path("<int:pk>/konto/", changing.ask, {"name": "account"}, name="account"),
    path("<int:pk>/geburtsdatum/", changing.ask, {"name": "birth_date"}, name="birth_date"),
    path("<int:pk>/sprachen/", changing.ask, {"name": "languages"}, name="languages"),
]
