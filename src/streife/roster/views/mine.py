"""An officer's own pages on the phone: duties, wishes, swaps, "I am ill"."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from streife.accounts.queries import actor_from
from streife.accounts.rules import Actor
from streife.kernel.clock import local, now
from streife.kernel.errors import NotFound, NotPermitted, Refused
from streife.kernel.texts import said
from streife.roster import actions, forms
from streife.roster.actions.wishes import own_officer
from streife.roster.models import Post, Swap, Wish
from streife.roster.queries import requests as reads
from streife.roster.queries.accounts import account_for
from streife.roster.queries.sheet import kind_choices
from streife.roster.rules.states import OPEN, SWAP_STATES, SwapState
from streife.roster.swap_words import news_text


def _own(request: HttpRequest) -> tuple[Actor, int]:
    actor = actor_from(request)
    actor.require("roster.wish")
    return actor, own_officer(actor)


@require_safe
def duties(request: HttpRequest) -> HttpResponse:
    """Show the own duties, the next one first and large."""
    _actor, officer = _own(request)
    moment = now()
    today = local(moment).date()
    posts = reads.own_posts(officer, today)
    offered = {
        swap.day
        for swap in reads.own_swaps(officer, moment)
        if swap.offered_by_id == officer and swap.state in OPEN
    }
    context = {
        "following": posts[0] if posts else None,
        "posts": [(post, post.day in offered) for post in posts],
        "account": account_for(officer, today, moment),
        "offers": len(reads.offers_for(officer, moment)),
        "news": _news(officer),
        "today": today,
    }
    return render(request, "roster/mine.html", context)


@require_http_methods(["GET", "POST"])
def wishes(request: HttpRequest) -> HttpResponse:
    """List the own wishes and take a new one."""
    actor, officer = _own(request)
    moment = now()
    today = local(moment).date()
    kinds = [(kind.pk, said(kind.name)) for kind in kind_choices()]
    form = forms.WishForm(request.POST or None, kinds=kinds)
    if request.method == "POST" and form.is_valid():
        want, kind = form.wanted()
        try:
            before = actions.make_wish(
                day=form.cleaned_data["day"], want=want, kind_id=kind, actor=actor, now=moment
            )
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, _wished(before))
            return redirect("roster:wishes")
    rows = reads.own_wishes(officer, today)
    context = {"form": form, "wishes": [(row, _wish_text(row), away) for row, away in rows]}
    return render(request, "roster/wishes.html", context, status=409 if form.errors else 200)


def _wish_text(wish: Wish) -> str:
    name = wish.kind.name if wish.kind else ""
    if wish.want == "free":
        return _("frei haben")
    return _("nicht: %(kind)s") % {"kind": name} if wish.want == "avoid" else name


def _wished(before: Wish | None) -> str:
    """Two tabs, two phones: whoever wishes twice for a day reads which one holds."""
    if before is None:
        return _("Ihr Wunsch ist eingetragen.")
    return _("Ihr Wunsch ist eingetragen. Er ersetzt Ihren früheren für diesen Tag: %(old)s.") % {
        "old": _wish_text(before)
    }


@require_POST
def withdraw_wish(request: HttpRequest, wish_id: int) -> HttpResponse:
    """Take a wish back."""
    actions.withdraw_wish(wish_id=wish_id, actor=actor_from(request), now=now())
    messages.success(request, _("Zurückgenommen."))
    return redirect("roster:wishes")


@require_safe
def swaps(request: HttpRequest) -> HttpResponse:
    """Show what others offer, and the own swaps."""
    _actor, officer = _own(request)
    moment = now()
    ahead = reads.own_posts_ahead(officer, moment)
    context = {
        "offers": [(swap, _returns(swap, ahead)) for swap in reads.offers_for(officer, moment)],
        "own": [_shown(swap, officer) for swap in reads.own_swaps(officer, moment)],
        "news": _news(officer),
    }
    return render(request, "roster/swaps.html", context)


def _returns(swap: Swap, ahead: list[Post]) -> list[tuple[Post, bool]]:
    """Return what may be given for a duty; one of the same day is chosen already: it must be."""
    rows = [post for post in ahead if post.plan_id == swap.plan_id]
    return [(post, post.day == swap.day) for post in rows]


def _news(officer: int) -> list[str]:
    return [news_text(swap, officer) for swap in reads.swap_news(officer)]


def _shown(swap: Any, officer: int) -> dict[str, Any]:
    mine = swap.offered_by_id == officer
    return {
        "swap": swap,
        "mine": mine,
        "state": said(SWAP_STATES[SwapState(swap.state)]),
        "open": mine and swap.state in OPEN,
        "taken": not mine and swap.state == SwapState.TAKEN,
    }


@require_POST
def offer(request: HttpRequest, post_id: int) -> HttpResponse:
    """Offer an own duty."""
    actor, _officer = _own(request)
    return _try(
        request,
        lambda: actions.offer_swap(post_id=post_id, actor=actor, now=now()),
        _("Angeboten. Alle anderen sehen es jetzt."),
    )


@require_POST
def take(request: HttpRequest, swap_id: int) -> HttpResponse:
    """Take an offered duty, perhaps for one of one's own."""
    actor, _officer = _own(request)
    back = request.POST.get("back", "")
    return _try(
        request,
        lambda: actions.take_swap(
            swap_id=swap_id,
            back_post_id=int(back) if back.isdecimal() else None,
            actor=actor,
            now=now(),
        ),
        _("Angenommen. Die Schichtleitung entscheidet."),
    )


@require_POST
def withdraw_swap(request: HttpRequest, swap_id: int) -> HttpResponse:
    """Take an own offer back."""
    actor, _officer = _own(request)
    return _try(
        request,
        lambda: actions.withdraw_swap(swap_id=swap_id, actor=actor, now=now()),
        _("Zurückgezogen."),
    )


@require_POST
def step_back(request: HttpRequest, swap_id: int) -> HttpResponse:
    """Give back what one took."""
    actor, _officer = _own(request)
    return _try(
        request,
        lambda: actions.step_back_from_swap(swap_id=swap_id, actor=actor, now=now()),
        _("Zurückgetreten. Der Dienst ist wieder angeboten; wer ihn anbietet, liest es."),
    )


@require_POST
def read_news(request: HttpRequest) -> HttpResponse:
    """Take note of what became of the own swaps."""
    actions.read_swap_news(actor=actor_from(request), now=now())
    return redirect("roster:mine")


def _try(request: HttpRequest, act: Any, done: str) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        if isinstance(refused, NotFound | NotPermitted):
            raise
        messages.error(request, refused.message)
    else:
        messages.success(request, done)
    return redirect("roster:swaps")


@require_http_methods(["GET", "POST"])
def sick(request: HttpRequest) -> HttpResponse:
    """Say "I am ill": two days, no reason."""
    actor, officer = _own(request)
    moment = now()
    today = local(moment).date()
    initial = {"first_day": today, "last_day": today + timedelta(days=1)}
    form = forms.SickForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.call_in_sick(**form.cleaned_data, actor=actor, now=moment)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, _("Danke, die Schichtleitung weiß Bescheid. Gute Besserung!"))
            return redirect("roster:mine")
    context = {"form": form, "posts": reads.own_posts(officer, today, days=4)}
    return render(request, "roster/sick.html", context, status=409 if form.errors else 200)
