"""What waits for the shift leader: swaps to decide, duties that an illness left open."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from streife.accounts.queries import actor_from
from streife.kernel.clock import local, now
from streife.kernel.errors import NotFound, NotPermitted, Refused
from streife.roster import actions, forms, sentences
from streife.roster.models import ShiftKind, Swap
from streife.roster.queries import requests as reads
from streife.roster.queries.gaps import gaps_of
from streife.roster.queries.strangers import strangers_ahead
from streife.roster.rules.replacing import Candidate
from streife.roster.times import ends_undecided
from streife.staff import queries as staff


@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """List what waits: swaps and illnesses."""
    return _list(request, _sick_form(request))


def _sick_form(request: HttpRequest, data: Any = None) -> forms.SickForForm:
    today = local(now()).date()
    officers = [(one.pk, str(one)) for one in staff.serving_between(today, today)]
    initial = {"first_day": today, "last_day": today}
    return forms.SickForForm(data, officers=officers, initial=initial)


def _list(request: HttpRequest, form: forms.SickForForm) -> HttpResponse:
    actor, moment = actor_from(request), now()
    actor.require("roster.change")
    swaps = list(reads.open_swaps(actor, moment))
    calls = reads.sick_calls(actor, moment)
    context = {
        "taken": [
            (one, ends_undecided(one), _shortages(one)) for one in swaps if one.state == "taken"
        ],
        "offered": [one for one in swaps if one.state == "offered"],
        "strangers": strangers_ahead(actor, moment),
        "calls": [(call, reads.open_gaps(call, moment)) for call in calls],
        "waiting": reads.waiting(actor, moment),
        "form": form,
    }
    return render(request, "roster/requests.html", context, status=409 if form.errors else 200)


def _shortages(swap: Swap) -> list[tuple[str, str]]:
    """Return what a swap costs, in words, each under its heading."""
    names = {one.pk: str(one) for one in (swap.offered_by, swap.taken_by) if one is not None}
    losses = reads.losses_of(swap, now())
    hours = [
        _(
            "%(name)s käme in diesem Plan auf %(hours)s Stunden, vereinbart sind "
            "mindestens %(least)s"
        )
        % {
            "name": names[officer],
            "hours": sentences.hours(minutes),
            "least": sentences.hours(least),
        }
        for officer, minutes, least in losses.hours
    ]
    return [(_("wenige Stunden"), text) for text in hours] + [
        (_("es fehlt dann"), text) for text in losses.cover
    ]


@require_POST
def clear(request: HttpRequest, officer_id: int) -> HttpResponse:
    """Take somebody without a contract out of the plan."""
    count = actions.clear_strangers(officer_id=officer_id, actor=actor_from(request), now=now())
    messages.success(
        request,
        ngettext("%(count)s Dienst ist frei.", "%(count)s Dienste sind frei.", count)
        % {"count": count},
    )
    return redirect("roster:requests")


@require_POST
def decide(request: HttpRequest, swap_id: int) -> HttpResponse:
    """Approve or refuse a swap."""
    form = forms.DecideForm(request.POST)
    actor_from(request).require("roster.change")
    if not form.is_valid():
        messages.error(request, _("Bitte wählen Sie Genehmigen oder Ablehnen."))
        return redirect("roster:requests")
    approve = form.cleaned_data["answer"] == "yes"
    try:
        actions.decide_swap(
            swap_id=swap_id,
            approve=approve,
            reason=form.cleaned_data["reason"],
            actor=actor_from(request),
            now=now(),
        )
    except Refused as refused:
        if isinstance(refused, NotFound | NotPermitted):
            raise
        messages.error(request, refused.message)
    else:
        text = _("Genehmigt: Der Plan ist geändert.") if approve else _("Abgelehnt.")
        messages.success(request, text)
    return redirect("roster:requests")


@require_POST
def call_for(request: HttpRequest) -> HttpResponse:
    """Take the call of somebody who is ill."""
    form = _sick_form(request, request.POST)
    actor = actor_from(request)
    actor.require("roster.change")
    if form.is_valid():
        data = form.cleaned_data
        try:
            call = actions.call_in_sick(
                officer_id=data["officer"],
                first_day=data["first_day"],
                last_day=data["last_day"],
                actor=actor,
                now=now(),
            )
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            return redirect("roster:sick_call", call.pk)
    return _list(request, form)


@require_http_methods(["GET", "POST"])
def sick_call(request: HttpRequest, call_id: int) -> HttpResponse:
    """Show the duties an illness leaves open, each with three who may replace."""
    actor, moment = actor_from(request), now()
    call = reads.sick_call_for(actor, call_id)
    names = {one.pk: str(one) for one in staff.serving_between(call.first_day, call.last_day)}
    kinds = {kind.pk: kind.name for kind in ShiftKind.objects.all()}
    gaps = [
        {
            "number": gap.number,
            "day": gap.day,
            "plan": call.gaps[gap.number]["plan"],
            "kind": kinds.get(gap.kind_id, ""),
            "present": gap.present,
            "least": gap.least,
            "short": gap.present < gap.least,
            "why_not": gap.why_not,
            "ways": [
                (names.get(one.officer, ""), one.officer, reasons(one)) for one in gap.candidates
            ],
        }
        for gap in reads.proposals_for(call, moment)
    ]
    filled = [
        (
            gap.day,
            kinds.get(gap.kind_id, ""),
            _("ohne Ersatz") if gap.filled_by is None else names.get(gap.filled_by, ""),
        )
        for gap in gaps_of(call)
        if gap.settled
    ]
    returned = [
        {
            "number": gap.number,
            "day": gap.day,
            "kind": kinds.get(gap.kind_id, ""),
            "other": names.get(gap.filled_by or 0, ""),
            "stands": stands,
        }
        for gap, stands in reads.returns_for(call, moment)
    ]
    context = {
        "call": call,
        "gaps": gaps,
        "short": sum(gap["short"] for gap in gaps),
        "filled": filled,
        "returned": returned,
        "people": sorted(names.items(), key=lambda pair: pair[1]),
    }
    return render(request, "roster/sick_call.html", context)


@require_POST
def fill(request: HttpRequest, call_id: int, number: int) -> HttpResponse:
    """Put somebody into an open duty."""
    chosen = request.POST.get("officer", "")
    actor = actor_from(request)
    actor.require("roster.change")
    try:
        if not chosen.isdecimal():
            raise Refused(_("Bitte wählen Sie, wer einspringt."), "form-incomplete")
        edited = actions.fill_gap(
            call_id=call_id, number=number, officer_id=int(chosen), actor=actor, now=now()
        )
    except Refused as refused:
        if isinstance(refused, NotFound | NotPermitted):
            raise
        messages.error(request, refused.message)
    else:
        # A replacement always differs from what was published; only what else it costs is told.
        costs = (*edited.costs[:-1], 0)
        cost = f" {sentences.costs_text(costs)}." if any(costs) else ""
        messages.success(request, _("Besetzt.") + cost)
    return redirect("roster:sick_call", call_id)


@require_POST
def leave(request: HttpRequest, call_id: int, number: int) -> HttpResponse:
    """Let an open duty stand open."""
    actor = actor_from(request)
    try:
        actions.leave_gap(call_id=call_id, number=number, actor=actor, now=now())
    except Refused as refused:
        if isinstance(refused, NotFound | NotPermitted):
            raise
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Der Dienst bleibt ohne Ersatz."))
    return redirect("roster:sick_call", call_id)


@require_POST
def decide_return(request: HttpRequest, call_id: int, number: int) -> HttpResponse:
    """Decide about a duty of somebody who is back: theirs again, or left with who stands in."""
    actor = actor_from(request)
    actor.require("roster.change")
    again = request.POST.get("answer") == "again"
    settle = actions.give_back_gap if again else actions.keep_gap
    try:
        if request.POST.get("answer") not in {"again", "keep"}:
            raise Refused(_("Bitte wählen Sie, wer den Dienst macht."), "form-incomplete")
        settle(call_id=call_id, number=number, actor=actor, now=now())
    except Refused as refused:
        if isinstance(refused, NotFound | NotPermitted):
            raise
        messages.error(request, refused.message)
    else:
        text = _("Der Plan ist geändert.") if again else _("Es bleibt, wie es im Plan steht.")
        messages.success(request, text)
    return redirect("roster:sick_call", call_id)


def reasons(one: Candidate) -> list[str]:
    """Return why somebody may replace: figures, no praise and no order of people."""
    found = [_("hat an dem Tag frei, alle Regeln bleiben eingehalten")]
    rests = [rest for rest in (one.rest_before, one.rest_after) if rest is not None]
    if rests:
        found.append(
            _("Ruhe davor und danach mindestens %(hours)s Stunden")
            % {"hours": sentences.hours(min(rests))}
        )
    if one.planned < one.target:
        found.append(
            _("noch %(hours)s Stunden unter dem Soll")
            % {"hours": sentences.hours(one.target - one.planned)}
        )
    if one.wants > 0:
        found.append(_("hat sich Dienst gewünscht"))
    if one.wants < 0:
        found.append(_("wollte an dem Tag anders planen"))
    if one.lacks:
        found.append(
            _("es fehlt dann: %(what)s")
            % {"what": ", ".join(sentences.skill_text(code) for code in one.lacks)}
        )
    return found
