"""Forms about one person: every one calls one action and leads back to the person."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from streife.accounts.queries import actor_from
from streife.accounts.rules import Actor
from streife.kernel.clock import local, now
from streife.kernel.errors import Refused
from streife.staff import actions, forms, queries
from streife.staff.models import Officer
from streife.staff.rules import AbsenceKind, QualificationKind
from streife.staff.rules.qualifications import last_day_of

DAY = timedelta(days=1)
both = require_http_methods(["GET", "POST"])


def _today() -> date:
    return local(now()).date()


def _ask(
    request: HttpRequest,
    form: django_forms.Form,
    act: Callable[[], object],
    *,
    title: str,
    officer: Officer | None,
    done: str,
    button: str = "",
) -> HttpResponse:
    """Show a form, or do what it asks and go to the person; a refusal stands at its field."""
    if request.method == "POST" and form.is_valid():
        try:
            made = act()
        except Refused as refused:
            if refused.status != 409:
                raise
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, done)
            target = officer or made
            return redirect("staff:person", target.pk if isinstance(target, Officer) else 0)
    back = reverse("staff:person", args=[officer.pk]) if officer else reverse("staff:people")
    context = {
        "form": form,
        "title": title,
        "officer": officer,
        "button": button or _("Eintragen"),
        "back": back,
    }
    return render(request, "staff/form.html", context, status=409 if form.errors else 200)


def _changing(request: HttpRequest) -> Actor:
    actor = actor_from(request)
    actor.require("staff.change")
    return actor


@login_required
@both
def hire(request: HttpRequest) -> HttpResponse:
    """Take somebody into the service."""
    actor = _changing(request)
    form = forms.HireForm(request.POST or None, initial={"entered_date": _today()})
    return _ask(
        request,
        form,
        lambda: actions.hire_officer(**form.cleaned_data, actor=actor, now=now()),
        title=_("Wer kommt neu dazu?"),
        officer=None,
        done=_("Aufgenommen. Als Nächstes der Vertrag: Ohne ihn plant der Dienstplan niemanden."),
    )


@login_required
@both
def leave(request: HttpRequest, officer_id: int) -> HttpResponse:
    """Note the last day of service."""
    actor = _changing(request)
    officer = queries.officer_for(actor, officer_id)
    form = forms.LastDayForm(request.POST or None)
    return _ask(
        request,
        form,
        lambda: actions.see_off_officer(
            officer_id=officer_id,
            left_date=form.cleaned_data["last_day"] + DAY,
            actor=actor,
            now=now(),
        ),
        title=_("Bis zu welchem Tag gehört %(name)s zum Dienst?") % {"name": officer},
        officer=officer,
        done=_("Der Austritt ist eingetragen."),
    )


@login_required
@both
def contract(request: HttpRequest, officer_id: int) -> HttpResponse:
    """Note a contract."""
    actor = _changing(request)
    officer = queries.officer_for(actor, officer_id)
    form = forms.ContractForm(request.POST or None, initial={"valid_from": _today()})

    def act() -> object:
        given = form.cleaned_data
        hours, last = given["weekly_hours"], given["last_day"]
        return actions.make_contract(
            officer_id=officer_id,
            group=form.chosen_group(),
            share=given["percent"] / 100,
            weekly_minutes=round(hours * 60) if hours is not None else None,
            valid_from=given["valid_from"],
            valid_to=last + DAY if last else None,
            actor=actor,
            now=now(),
        )

    return _ask(
        request,
        form,
        act,
        title=_("Neuer Vertrag für %(name)s") % {"name": officer},
        officer=officer,
        done=_("Der Vertrag ist eingetragen."),
    )


@login_required
@both
def end_contract(request: HttpRequest, contract_id: int) -> HttpResponse:
    """End a contract with a day."""
    actor = _changing(request)
    row = queries.contract_for(actor, contract_id)
    form = forms.LastDayForm(request.POST or None)
    return _ask(
        request,
        form,
        lambda: actions.end_contract(
            contract_id=contract_id,
            valid_to=form.cleaned_data["last_day"] + DAY,
            actor=actor,
            now=now(),
        ),
        title=_("Letzter Tag des Vertrags von %(name)s") % {"name": row.officer},
        officer=row.officer,
        done=_("Das Ende des Vertrags ist eingetragen."),
    )


@login_required
@both
def skill(request: HttpRequest, officer_id: int) -> HttpResponse:
    """Note or renew a qualification."""
    actor = _changing(request)
    officer = queries.officer_for(actor, officer_id)
    form = forms.SkillForm(
        request.POST or None,
        initial={"valid_from": _today(), "kind": request.GET.get("art", "")},
    )

    def act() -> object:
        given = form.cleaned_data
        kind, last = QualificationKind(given["kind"]), given["last_day"]
        last = last or last_day_of(queries.validities().get(kind), given["valid_from"])
        return actions.add_qualification(
            officer_id=officer_id,
            kind=kind,
            valid_from=given["valid_from"],
            valid_to=last + DAY if last else None,
            actor=actor,
            now=now(),
        )

    return _ask(
        request,
        form,
        act,
        title=_("Befähigung von %(name)s eintragen oder erneuern") % {"name": officer},
        officer=officer,
        done=_("Die Befähigung ist eingetragen."),
    )


@login_required
@both
def withdraw_skill(request: HttpRequest, qualification_id: int) -> HttpResponse:
    """End a qualification with a day."""
    actor = _changing(request)
    row = queries.qualification_for(actor, qualification_id)
    form = forms.LastDayForm(request.POST or None, initial={"last_day": _today()})
    return _ask(
        request,
        form,
        lambda: actions.withdraw_qualification(
            qualification_id=qualification_id,
            from_day=form.cleaned_data["last_day"] + DAY,
            actor=actor,
            now=now(),
        ),
        title=_("Befähigung von %(name)s beenden") % {"name": row.officer},
        officer=row.officer,
        done=_("Das Ende der Befähigung ist eingetragen."),
        button=_("Beenden"),
    )


@login_required
@both
@never_cache
def absence(request: HttpRequest, officer_id: int) -> HttpResponse:
    """Note an absence."""
    actor = _changing(request)
    officer = queries.officer_for(actor, officer_id)
    form = forms.AbsenceForm(request.POST or None)

    def act() -> object:
        given = {**form.cleaned_data, "kind": AbsenceKind(form.cleaned_data["kind"])}
        return actions.add_absence(officer_id=officer_id, **given, actor=actor, now=now())

    return _ask(
        request,
        form,
        act,
        title=_("Abwesenheit von %(name)s") % {"name": officer},
        officer=officer,
        done=_("Die Abwesenheit ist eingetragen."),
    )


@login_required
@both
@never_cache
def change_absence(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Give an absence other days."""
    actor = _changing(request)
    row = queries.absence_for(actor, absence_id)
    form = forms.DaysForm(
        request.POST or None, initial={"first_day": row.first_day, "last_day": row.last_day}
    )
    return _ask(
        request,
        form,
        lambda: actions.change_absence(
            absence_id=absence_id, **form.cleaned_data, actor=actor, now=now()
        ),
        title=_("Andere Tage für die Abwesenheit von %(name)s") % {"name": row.officer},
        officer=row.officer,
        done=_("Die Abwesenheit ist geändert."),
        button=_("Ändern"),
    )


@login_required
@require_POST
def remove_absence(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Take an absence out."""
    actor = _changing(request)
    row = queries.absence_for(actor, absence_id)
    actions.remove_absence(absence_id=absence_id, actor=actor, now=now())
    messages.success(request, _("Die Abwesenheit ist herausgenommen."))
    return redirect("staff:person", row.officer_id)


@login_required
@both
@never_cache
def birth_date(request: HttpRequest, officer_id: int) -> HttpResponse:
    """Keep a birth date where a law asks for it."""
    actor = _changing(request)
    officer = queries.officer_for(actor, officer_id)
    form = forms.BirthDateForm(request.POST or None)
    return _ask(
        request,
        form,
        lambda: actions.note_birth_date(
            officer_id=officer_id, **form.cleaned_data, actor=actor, now=now()
        ),
        title=_("Geburtsdatum von %(name)s hinterlegen") % {"name": officer},
        officer=officer,
        done=_("Hinterlegt."),
    )


@login_required
@both
def languages(request: HttpRequest, officer_id: int) -> HttpResponse:
    """Note which languages somebody speaks."""
    actor = _changing(request)
    officer = queries.officer_for(actor, officer_id)
    spoken: dict[str, Any] = {
        "codes": queries.sheet_of(actor, officer, on=_today()).languages,
    }
    form = forms.LanguagesForm(request.POST if request.method == "POST" else None, initial=spoken)
    return _ask(
        request,
        form,
        lambda: actions.set_languages(
            officer_id=officer_id, codes=form.cleaned_data["codes"], actor=actor, now=now()
        ),
        title=_("Welche Sprachen spricht %(name)s?") % {"name": officer},
        officer=officer,
        done=_("Die Sprachen sind eingetragen."),
        button=_("Speichern"),
    )
