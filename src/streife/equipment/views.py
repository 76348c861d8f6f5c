"""Pages of the equipment: what is due, one item, handing out and back."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from streife.accounts.queries import actor_from
from streife.accounts.rules import Actor
from streife.equipment import actions, forms, queries
from streife.equipment.lifeline import lifeline_of
from streife.equipment.models import Asset, Handover
from streife.equipment.rules import STATE_NAMES, AssetState, Due, usable
from streife.kernel.clock import local, now
from streife.kernel.errors import Refused
from streife.kernel.texts import german, said
from streife.staff import queries as staff

DUE_TEXTS = {
    (Due.INSPECTION, False): german("Prüfung bis"),
    (Due.INSPECTION, True): german("Prüfung überfällig seit"),
    (Due.EXPIRY, False): german("verwendbar bis"),
    (Due.EXPIRY, True): german("abgelaufen am"),
}


def _officers(actor: Actor, today: date) -> list[tuple[int, str]]:
    return [
        (officer.pk, f"{officer.last_name}, {officer.first_name} ({officer.personnel_number})")
        for officer in staff.officers_on(actor, today)
    ]


@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show what is due first, the numbers of each kind, and the items of one kind or a search."""
    actor, today = actor_from(request), local(now()).date()
    actor.require("equipment.view")
    due = queries.items_due(actor, on=today)
    kind, query = request.GET.get("art", ""), request.GET.get("q", "").strip()
    return render(
        request,
        "equipment/overview.html",
        {
            "headline": _headline(due),
            "due": [_due_line(row) for row in due],
            "counts": queries.counts_by_kind(actor, on=today),
            "kind": queries.kinds().get(kind),
            "query": query,
            "rows": _rows(actor, kind, query, today) if kind or query else None,
            "may_hand_over": actor.may("equipment.hand_over"),
            "may_manage": actor.may("equipment.manage"),
            "tab": "overview",
        },
    )


def _headline(due: list[queries.DueItem]) -> str:
    overdue = len({row.asset.pk for row in due if row.overdue})
    near = len({row.asset.pk for row in due} - {row.asset.pk for row in due if row.overdue})
    if overdue:
        return ngettext(
            "%(n)s Stück ist überfällig und darf nicht mit in den Dienst.",
            "%(n)s Stücke sind überfällig und dürfen nicht mit in den Dienst.",
            overdue,
        ) % {"n": overdue}
    if near:
        return ngettext(
            "Bei %(n)s Stück läuft in den nächsten 30 Tagen etwas ab.",
            "Bei %(n)s Stücken läuft in den nächsten 30 Tagen etwas ab.",
            near,
        ) % {"n": near}
    return _("In den nächsten 30 Tagen ist nichts fällig.")


def _due_line(row: queries.DueItem) -> dict[str, Any]:
    holder = _holder(row.asset)
    return {
        "asset": row.asset,
        "kind": queries.kinds().get(row.asset.kind),
        "text": said(DUE_TEXTS[row.what, row.overdue]),
        "day": row.day,
        "overdue": row.overdue,
        "holder": holder.officer if holder else None,
    }


def _holder(asset: Asset) -> Handover | None:
    found: list[Handover] = getattr(asset, "open_handovers", [])
    return found[0] if found else None


def _rows(actor: Actor, kind: str, query: str, today: date) -> list[dict[str, Any]]:
    rows = queries.found(actor, kind=kind, query=query)
    return [
        {
            "asset": asset,
            "kind": queries.kinds().get(asset.kind),
            "holder": _holder(asset),
            **_state(asset, today),
        }
        for asset in rows
    ]


def _state(asset: Asset, today: date) -> dict[str, str]:
    """Return level and word of the badge of an item: unusable is never "einsatzbereit"."""
    state = AssetState(asset.state)
    if state != AssetState.READY:
        level = "danger" if state == AssetState.LOST else "neutral"
        return {"level": level, "word": said(STATE_NAMES[state])}
    if usable(state, asset.due_date, asset.expires_date, on=today):
        return {"level": "ok", "word": said(STATE_NAMES[state])}
    return {"level": "warning", "word": _("Frist vorbei")}


@login_required
@require_safe
def item(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Show one item: who has it, until when it is good, its history."""
    return _item_page(request, asset_id)


def _item_page(
    request: HttpRequest, asset_id: int, *, bad: dict[str, Any] | None = None
) -> HttpResponse:
    actor, moment = actor_from(request), now()
    today = local(moment).date()
    asset = queries.asset_for(actor, asset_id)
    may_view = actor.may("equipment.view")
    history = queries.history_of(asset.pk) if may_view else []
    holder = queries.holder_of(asset.pk)
    context = {
        "asset": asset,
        "kind": queries.kinds().get(asset.kind),
        "holder": holder,
        "history": history,
        "picture": lifeline_of(history, moment),
        "inspections": queries.inspections_of(asset.pk),
        "may_hand_over": actor.may("equipment.hand_over") and asset.state != AssetState.RETIRED,
        "may_manage": actor.may("equipment.manage") and asset.state != AssetState.RETIRED,
        "out_form": forms.HandOverForm(officers=_officers(actor, today)),
        "back_form": forms.TakeBackForm(),
        "inspect_form": forms.InspectForm(initial={"done_date": today}),
        **_state(asset, today),
        **(bad or {}),
    }
    return render(request, "equipment/item.html", context, status=409 if bad else 200)


@login_required
@require_http_methods(["GET", "POST"])
def scan(request: HttpRequest) -> HttpResponse:
    """Hand out and take back, one scan after the other."""
    actor, moment = actor_from(request), now()
    actor.require("equipment.hand_over")
    officers = _officers(actor, local(moment).date())
    chosen = request.GET.get("kraft", "")
    form = forms.ScanForm(request.POST or None, officers=officers, initial={"officer": chosen})
    if request.method == "POST" and form.is_valid():
        officer_id = form.cleaned_data["officer"]
        try:
            row = actions.scan(
                number=form.cleaned_data["number"], officer_id=officer_id, actor=actor, now=moment
            )
        except Refused as refused:
            if refused.code == "not-permitted":
                raise
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, _said(row))
            query = f"?kraft={officer_id}" if officer_id else ""
            return redirect(f"{reverse('equipment:scan')}{query}")
    context = {"form": form, "tab": "scan", "latest": queries.latest_moves(actor)}
    return render(request, "equipment/scan.html", context, status=409 if form.errors else 200)


def _said(row: Handover) -> str:
    text = _("Ausgegeben: %(what)s an %(who)s.")
    if row.until_at is not None:
        text = _("Zurückgenommen: %(what)s von %(who)s.")
    kind = queries.kinds().get(row.asset.kind)
    what = f"{said(kind.name) if kind else row.asset.kind} {row.asset}"
    return text % {"what": what, "who": row.officer}


@login_required
@require_POST
def hand_over(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Give this item to somebody."""
    actor, moment = actor_from(request), now()
    form = forms.HandOverForm(
        request.POST, officers=_officers(actor, local(moment).date()) if request.POST else []
    )
    if form.is_valid():
        try:
            row = actions.hand_over(
                asset_id=asset_id,
                officer_id=form.cleaned_data["officer"],
                actor=actor,
                now=moment,
            )
        except Refused as refused:
            if refused.status != 409:
                raise
            form.add_error("officer", refused.message)
        else:
            messages.success(request, _said(row))
            return redirect("equipment:item", asset_id)
    return _item_page(request, asset_id, bad={"out_form": form})


@login_required
@require_POST
def take_back(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Take this item back."""
    form = forms.TakeBackForm(request.POST)
    if not form.is_valid():
        return _item_page(request, asset_id, bad={"back_form": form})
    state = form.cleaned_data["state"]
    row = actions.take_back(
        asset_id=asset_id,
        state=AssetState(state) if state else None,
        actor=actor_from(request),
        now=now(),
    )
    messages.success(request, _said(row))
    return redirect("equipment:item", asset_id)


@login_required
@require_POST
def inspect(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Note an inspection."""
    form = forms.InspectForm(request.POST)
    if form.is_valid():
        try:
            row = actions.inspect(
                asset_id=asset_id, actor=actor_from(request), now=now(), **form.cleaned_data
            )
        except Refused as refused:
            if refused.status != 409:
                raise
            form.add_error(refused.field, refused.message)
        else:
            messages.success(
                request,
                _("Die Prüfung ist eingetragen.")
                if row.passed
                else _("Eingetragen: Das Stück ist in der Reparatur und wird nicht ausgegeben."),
            )
            return redirect("equipment:item", asset_id)
    return _item_page(request, asset_id, bad={"inspect_form": form})


@login_required
@require_POST
def retire(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Take an item out of use for good."""
    actions.retire(asset_id=asset_id, actor=actor_from(request), now=now())
    messages.success(request, _("Ausgesondert. Die Geschichte des Stücks bleibt lesbar."))
    return redirect("equipment:item", asset_id)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Take in a new item."""
    actor, moment = actor_from(request), now()
    actor.require("equipment.manage")
    form = forms.AssetForm(
        request.POST or None,
        initial={"acquired_date": local(moment).date(), "kind": request.GET.get("art", "")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            asset = actions.take_in(actor=actor, now=moment, **form.cleaned_data)
        except Refused as refused:
            if refused.status != 409:
                raise
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, _("Aufgenommen."))
            return redirect("equipment:item", asset.pk)
    context = {"form": form, "tab": "new"}
    return render(request, "equipment/new.html", context, status=409 if form.errors else 200)
