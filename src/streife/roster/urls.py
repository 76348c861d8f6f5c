"""Addresses of the duty roster."""

from django.urls import path

from streife.roster.views import calendars, demand, editing, mine, outputs, plans, requests

app_name = "roster"
urlpatterns = [
    path("", plans.index, name="index"),
    path("neu/", plans.begin, name="begin"),
    path("bedarf/", demand.demand, name="demand"),
    path("bedarf/anlass/", demand.event, name="event"),
    path("bedarf/<int:demand_id>/entfernen/", demand.drop, name="drop_event"),
    path("bedarf/zeiten/", demand.times, name="times"),
    path("bedarf/ausstattung/", demand.things, name="things"),
    path("bedarf/uhrzeit/", demand.hours, name="hours"),
    path("bedarf/uhrzeit/<int:demand_id>/beenden/", demand.end_hours, name="end_hours"),
    path("regeln/", demand.laws, name="laws"),
    path("ausstattung/", outputs.outfit, name="outfit"),
    path("konten/", outputs.accounts, name="accounts"),
    path("<int:plan_id>/wand.pdf", outputs.wall, name="wall"),
    path("<int:plan_id>/personalrat/", outputs.export, name="export"),
    path("antraege/", requests.requests, name="requests"),
    path("tausch/<int:swap_id>/entscheiden/", requests.decide, name="decide_swap"),
    path("antraege/<int:officer_id>/herausnehmen/", requests.clear, name="clear_strangers"),
    path("krank/", requests.call_for, name="sick_for"),
    path("krank/<int:call_id>/", requests.sick_call, name="sick_call"),
    path("krank/<int:call_id>/<int:number>/besetzen/", requests.fill, name="fill_gap"),
    path(
        "krank/<int:call_id>/<int:number>/wieder-da/", requests.decide_return, name="decide_return"
    ),
    path("krank/<int:call_id>/<int:number>/offen-lassen/", requests.leave, name="leave_gap"),
    path("<int:plan_id>/", plans.plan, name="plan"),
    path("<int:plan_id>/verwerfen/", plans.drop, name="drop"),
    path("<int:plan_id>/rechnen/", plans.compute, name="compute"),
    path("<int:plan_id>/abbrechen/", plans.give_up, name="give_up"),
    path("<int:plan_id>/ausnahme/", plans.release, name="release"),
    path("<int:plan_id>/ausnahme/zurueck/", plans.withdraw, name="withdraw_release"),
    path("<int:plan_id>/veroeffentlichen/", plans.publish, name="publish"),
    path("<int:plan_id>/aendern/", editing.set_cell, name="set"),
    path("<int:plan_id>/ziehen/", editing.move_cell, name="move"),
    path("<int:plan_id>/zurueck/", editing.undo, name="undo"),
    path("<int:plan_id>/tag/<str:day>/", plans.day, name="day"),
    path("<int:plan_id>/person/<int:officer_id>/", plans.person, name="person"),
    path("meine/", mine.duties, name="mine"),
    path("meine/wuensche/", mine.wishes, name="wishes"),
    path("meine/wuensche/<int:wish_id>/zurueck/", mine.withdraw_wish, name="withdraw_wish"),
    path("meine/tausch/", mine.swaps, name="swaps"),
    path("meine/dienst/<int:post_id>/anbieten/", mine.offer, name="offer_swap"),
    path("meine/tausch/<int:swap_id>/nehmen/", mine.take, name="take_swap"),
    path("meine/tausch/<int:swap_id>/zurueck/", mine.withdraw_swap, name="withdraw_swap"),
    path("meine/tausch/<int:swap_id>/zuruecktreten/", mine.step_back, name="step_back"),
    path("meine/tausch/gelesen/", mine.read_news, name="read_swap_news"),
    path("meine/kalender/", calendars.calendar, name="calendar"),
    path("meine/kalender/abschalten/", calendars.revoke, name="revoke_calendar"),
    path("kalender/<slug:secret>.ics", calendars.feed, name="feed"),
    path("meine/krank/", mine.sick, name="sick"),
]
