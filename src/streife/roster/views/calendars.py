"""The calendar feed: the page that makes its address, and the feed itself."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from streife.accounts.queries import actor_from
from streife.kernel.clock import local, now
from streife.kernel.errors import NotFound
from streife.roster import actions
from streife.roster.actions.wishes import own_officer
from streife.roster.feed import calendar_of
from streife.roster.queries import feeds


@require_http_methods(["GET", "POST"])
@never_cache
def calendar(request: HttpRequest) -> HttpResponse:
    """Show whether there is an address; make one on POST and show it once."""
    actor = actor_from(request)
    actor.require("roster.wish")
    address = ""
    if request.method == "POST":
        secret = actions.make_feed(actor=actor, now=now())
        address = settings.BASE_URL.rstrip("/") + reverse("roster:feed", args=[secret])
    context = {"address": address, "feed": feeds.own_feed(own_officer(actor))}
    return render(request, "roster/calendar.html", context)


@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """Switch the address off."""
    actions.revoke_feed(actor=actor_from(request), now=now())
    return redirect("roster:calendar")


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Return the duties of whoever the secret belongs to; the secret is the permission."""
    moment = now()
    today = local(moment).date()
    found = feeds.feed_of(secret, today)
    if found is None:
        raise NotFound("Diesen Kalender gibt es nicht (mehr).", "no-such-feed")
    posts = feeds.feed_posts(found.officer_id, today)
    with override("de"):
        body = calendar_of(
            posts,
            breaks=feeds.breaks_in(found.officer_id, posts),
            key=found.secret_hash[:16],
            name=_("Meine Dienste"),
            now=moment,
        )
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="dienste.ics"'
    answer["X-Robots-Tag"] = "noindex"
    patch_cache_control(answer, private=True, max_age=900)
    return answer
