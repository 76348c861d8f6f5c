"""Changing single cells of a plan."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from streife.accounts.queries import actor_from
from streife.kernel.clock import now
from streife.kernel.errors import Refused
from streife.roster import actions, forms, sentences
from streife.roster.queries import sheet as sheets
from streife.roster.views.page import after_edit, answer_refusal, kind_pairs


@require_POST
def set_cell(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Give somebody a kind of shift on a day, or none."""
    actor, moment = actor_from(request), now()
    plan = sheets.plan_for(actor, plan_id)
    names = sheets.names_in(plan)
    form = forms.CellForm(request.POST, officers=list(names.items()), kinds=kind_pairs())
    try:
        if not form.is_valid():
            raise Refused(_("Bitte wählen Sie Person, Tag und Schicht."), "form-incomplete")
        data = form.cleaned_data
        edited = actions.set_post(
            plan_id=plan_id,
            officer_id=data["officer"],
            day=data["day"],
            kind_id=data["kind"],
            actor=actor,
            now=moment,
            seen={(data["officer"], data["day"]): data["seen"]} if "seen" in request.POST else None,
        )
    except Refused as refused:
        return answer_refusal(request, plan, refused, form)
    kind = dict(kind_pairs()).get(data["kind"], _("frei"))
    done = _("%(name)s am %(day)s: %(kind)s.") % {
        "name": names[data["officer"]],
        "day": sentences.day_text(data["day"]),
        "kind": kind,
    }
    return after_edit(request, edited, done)


@require_POST
def move_cell(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Drag a duty to another cell."""
    actor, moment = actor_from(request), now()
    plan = sheets.plan_for(actor, plan_id)
    names = sheets.names_in(plan)
    form = forms.MoveForm(request.POST, officers=list(names.items()))
    try:
        if not form.is_valid():
            raise Refused(_("Diese Verschiebung ist unvollständig."), "form-incomplete")
        data = form.cleaned_data
        edited = actions.move_post(
            plan_id=plan_id,
            officer_id=data["officer"],
            day=data["day"],
            to_officer_id=data["to_officer"],
            to_day=data["to_day"],
            actor=actor,
            now=moment,
            seen={
                (data["officer"], data["day"]): data["seen"],
                (data["to_officer"], data["to_day"]): data["to_seen"],
            }
            if "seen" in request.POST
            else None,
        )
    except Refused as refused:
        return answer_refusal(request, plan, refused)
    return after_edit(request, edited, _("Verschoben."))


@require_POST
def undo(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Take the own last change by hand back: the one that the page named, no other."""
    actor, moment = actor_from(request), now()
    plan, form = sheets.plan_for(actor, plan_id), forms.UndoForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused(_("Bitte laden Sie die Seite neu."), "form-incomplete")
        step = form.cleaned_data["step"]
        edited = actions.undo(plan_id=plan_id, step=step, actor=actor, now=moment)
    except Refused as refused:
        return answer_refusal(request, plan, refused)
    return after_edit(request, edited, _("Zurückgenommen."))
