"""Forms about one person, as a table: each calls one action and leads back to the person."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from streife.accounts.queries import actor_from
from streife.accounts.rules import Actor
from streife.kernel.clock import local, now
from streife.kernel.errors import Refused
from streife.kernel.texts import said
from streife.staff import actions, forms, queries
from streife.staff.models import Absence, Contract, Officer, Qualification
from streife.staff.rules import (
    ABSENCE_NAMES,
    GROUP_NAMES,
    QUALIFICATION_NAMES,
    AbsenceKind,
    ContractGroup,
    QualificationKind,
)
from streife.staff.rules.qualifications import last_day_of

DAY = timedelta(days=1)
ENTER = gettext_lazy("Eintragen")
About = Officer | Contract | Qualification | Absence
Given = Mapping[str, Any]


def _today() -> date:
    return local(now()).date()


def _nothing(_actor: Actor, _about: About | None, _request: HttpRequest) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Ask:
    """One form: what it is about, what it asks, what is done with the answer, what is said then.

    `find` gets the actor and the id in the address; None: the form is about nobody yet. `act` gets
    that id, the cleaned data, the actor and the moment. `title` may name the person: %(name)s.
    """

    form: type[django_forms.Form]
    find: Callable[[Actor, int], About] | None
    act: Callable[[int, Given, Actor, datetime], object]
    title: Promise
    done: Promise
    button: Promise = ENTER
    initial: Callable[[Actor, About | None, HttpRequest], dict[str, Any]] = _nothing


def _end(last_day: date | None) -> date | None:
    return last_day + DAY if last_day else None


def _make_contract(pk: int, given: Given, actor: Actor, moment: datetime) -> object:
    hours = given["weekly_hours"]
    return actions.make_contract(
        officer_id=pk,
        group=ContractGroup(given["group"]),
        share=given["percent"] / 100,
        weekly_minutes=round(hours * 60) if hours is not None else None,
        valid_from=given["valid_from"],
        valid_to=_end(given["last_day"]),
        actor=actor,
        now=moment,
    )


def _add_skill(pk: int, given: Given, actor: Actor, moment: datetime) -> object:
    kind, last = QualificationKind(given["kind"]), given["last_day"]
    last = last or last_day_of(queries.validities().get(kind), given["valid_from"])
    return actions.add_qualification(
        officer_id=pk,
        kind=kind,
        valid_from=given["valid_from"],
        valid_to=_end(last),
        actor=actor,
        now=moment,
    )


def _add_absence(pk: int, given: Given, actor: Actor, moment: datetime) -> object:
    known = {**given, "kind": AbsenceKind(given["kind"])}
    return actions.add_absence(officer_id=pk, **known, actor=actor, now=moment)


def _spoken(actor: Actor, about: About | None, _request: HttpRequest) -> dict[str, Any]:
    if not isinstance(about, Officer):
        return {}
    return {"codes": queries.sheet_of(actor, about, on=_today()).languages}


def _account_of(_actor: Actor, about: About | None, _request: HttpRequest) -> dict[str, Any]:
    user = about.user if isinstance(about, Officer) else None
    return {"username": user.username if user is not None else ""}


def _days_of(_actor: Actor, about: About | None, _request: HttpRequest) -> dict[str, Any]:
    if not isinstance(about, Absence):
        return {}
    return {"first_day": about.first_day, "last_day": about.last_day}


def _what(about: About | None) -> str:
    """Return which contract, qualification or absence a form is about; nothing for a person."""
    if isinstance(about, Absence):
        if about.first_day == about.last_day:
            return f"{said(ABSENCE_NAMES[AbsenceKind(about.kind)])}, {_day(about.first_day)}"
        return _("%(what)s, %(first)s bis %(last)s") % {
            "what": said(ABSENCE_NAMES[AbsenceKind(about.kind)]),
            "first": _day(about.first_day),
            "last": _day(about.last_day),
        }
    if isinstance(about, Contract):
        what = said(GROUP_NAMES[ContractGroup(about.group)])
    elif isinstance(about, Qualification):
        what = said(QUALIFICATION_NAMES[QualificationKind(about.kind)])
    else:
        return ""
    return _("%(what)s, seit %(day)s") % {"what": what, "day": _day(about.valid_from)}


def _day(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"


ASKS: Mapping[str, Ask] = {
    "hire": Ask(
        forms.HireForm,
        None,
        lambda _pk, given, actor, at: actions.hire_officer(**given, actor=actor, now=at),
        gettext_lazy("Wer kommt neu dazu?"),
        gettext_lazy(
            "Aufgenommen. Als Nächstes der Vertrag: Ohne ihn plant der Dienstplan niemanden."
        ),
        initial=lambda _actor, _about, _request: {"entered_date": _today()},
    ),
    "leave": Ask(
        forms.LastDayForm,
        queries.officer_for,
        lambda pk, given, actor, at: actions.see_off_officer(
            officer_id=pk, left_date=given["last_day"] + DAY, actor=actor, now=at
        ),
        gettext_lazy("Bis zu welchem Tag gehört %(name)s zum Dienst?"),
        gettext_lazy("Der Austritt ist eingetragen."),
    ),
    "contract": Ask(
        forms.ContractForm,
        queries.officer_for,
        _make_contract,
        gettext_lazy("Neuer Vertrag für %(name)s"),
        gettext_lazy("Der Vertrag ist eingetragen."),
        initial=lambda _actor, _about, _request: {"valid_from": _today()},
    ),
    "end_contract": Ask(
        forms.LastDayForm,
        queries.contract_for,
        lambda pk, given, actor, at: actions.end_contract(
            contract_id=pk, valid_to=given["last_day"] + DAY, actor=actor, now=at
        ),
        gettext_lazy("Letzter Tag des Vertrags von %(name)s"),
        gettext_lazy("Das Ende des Vertrags ist eingetragen."),
    ),
    "skill": Ask(
        forms.SkillForm,
        queries.officer_for,
        _add_skill,
        gettext_lazy("Befähigung von %(name)s eintragen oder erneuern"),
        gettext_lazy("Die Befähigung ist eingetragen."),
        initial=lambda _actor, _about, request: {
            "valid_from": _today(),
            "kind": request.GET.get("art", ""),
        },
    ),
    "withdraw_skill": Ask(
        forms.LastDayForm,
        queries.qualification_for,
        lambda pk, given, actor, at: actions.withdraw_qualification(
            qualification_id=pk, from_day=given["last_day"] + DAY, actor=actor, now=at
        ),
        gettext_lazy("Befähigung von %(name)s beenden"),
        gettext_lazy("Das Ende der Befähigung ist eingetragen."),
        gettext_lazy("Beenden"),
        initial=lambda _actor, _about, _request: {"last_day": _today()},
    ),
    "absence": Ask(
        forms.AbsenceForm,
        queries.officer_for,
        _add_absence,
        gettext_lazy("Abwesenheit von %(name)s"),
        gettext_lazy("Die Abwesenheit ist eingetragen."),
    ),
    "change_absence": Ask(
        forms.DaysForm,
        queries.absence_for,
        lambda pk, given, actor, at: actions.change_absence(
            absence_id=pk, **given, actor=actor, now=at
        ),
        gettext_lazy("Andere Tage für die Abwesenheit von %(name)s"),
        gettext_lazy("Die Abwesenheit ist geändert."),
        gettext_lazy("Ändern"),
        initial=_days_of,
    ),
    "remove_absence": Ask(
        django_forms.Form,
        queries.absence_for,
        lambda pk, _given, actor, at: actions.remove_absence(absence_id=pk, actor=actor, now=at),
        gettext_lazy("Diese Abwesenheit von %(name)s herausnehmen?"),
        gettext_lazy("Die Abwesenheit ist herausgenommen."),
        gettext_lazy("Herausnehmen"),
    ),
    "account": Ask(
        forms.AccountForm,
        queries.officer_for,
        lambda pk, given, actor, at: actions.link_user(
            officer_id=pk, username=given["username"], actor=actor, now=at
        ),
        gettext_lazy("Mit welchem Benutzerkonto meldet sich %(name)s an?"),
        gettext_lazy("Das Benutzerkonto ist eingetragen."),
        gettext_lazy("Speichern"),
        initial=_account_of,
    ),
    "birth_date": Ask(
        forms.BirthDateForm,
        queries.officer_for,
        lambda pk, given, actor, at: actions.note_birth_date(
            officer_id=pk, **given, actor=actor, now=at
        ),
        gettext_lazy("Geburtsdatum von %(name)s hinterlegen"),
        gettext_lazy("Hinterlegt."),
    ),
    "languages": Ask(
        forms.LanguagesForm,
        queries.officer_for,
        lambda pk, given, actor, at: actions.set_languages(
            officer_id=pk, codes=given["codes"], actor=actor, now=at
        ),
        gettext_lazy("Welche Sprachen spricht %(name)s?"),
        gettext_lazy("Die Sprachen sind eingetragen."),
        gettext_lazy("Speichern"),
        initial=_spoken,
    ),
}


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def ask(request: HttpRequest, name: str, pk: int = 0) -> HttpResponse:
    """Show a form, or do what it asks and go to the person; a refusal stands at its field."""
    actor, row = actor_from(request), ASKS[name]
    actor.require("staff.change")
    about = row.find(actor, pk) if row.find else None
    officer = about if about is None or isinstance(about, Officer) else about.officer
    data = request.POST if request.method == "POST" else None
    form = row.form(data, initial=row.initial(actor, about, request))
    if form.is_valid():
        try:
            made = row.act(pk, form.cleaned_data, actor, now())
        except Refused as refused:
            if refused.status != 409:
                raise
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, str(row.done))
            target = officer or made
            return redirect("staff:person", target.pk if isinstance(target, Officer) else 0)
    context = {
        "form": form,
        "title": str(row.title) % {"name": officer},
        "what": _what(about),
        "officer": officer,
        "button": row.button,
        "back": reverse("staff:person", args=[officer.pk]) if officer else reverse("staff:people"),
    }
    return render(request, "staff/form.html", context, status=409 if form.errors else 200)
