"""Addresses of the staff pages."""

from django.urls import path

from streife.staff.views import changing, importing, people

app_name = "staff"
urlpatterns = [
    path("", people.people, name="people"),
    path("ich/", people.me, name="me"),
    path("neu/", changing.hire, name="hire"),
    path("einlesen/", importing.import_file, name="import"),
    path("einlesen/bericht/<slug:token>/", importing.report, name="import_report"),
    path("einlesen/muster/", importing.sample, name="import_sample"),
    path("laeuft-ab/", people.ending, name="ending"),
    path("staerke/", people.strength, name="strength"),
    path("<int:officer_id>/", people.person, name="person"),
    path("<int:officer_id>/austritt/", changing.leave, name="leave"),
    path("<int:officer_id>/vertrag/", changing.contract, name="contract"),
    path("vertrag/<int:contract_id>/ende/", changing.end_contract, name="end_contract"),
    path("<int:officer_id>/befaehigung/", changing.skill, name="skill"),
    path(
        "befaehigung/<int:qualification_id>/ende/", changing.withdraw_skill, name="withdraw_skill"
    ),
    path("<int:officer_id>/abwesenheit/", changing.absence, name="absence"),
    path("abwesenheit/<int:absence_id>/", changing.change_absence, name="change_absence"),
    path("abwesenheit/<int:absence_id>/weg/", changing.remove_absence, name="remove_absence"),
    path("<int:officer_id>/geburtsdatum/", changing.birth_date, name="birth_date"),
    path("<int:officer_id>/sprachen/", changing.languages, name="languages"),
]
