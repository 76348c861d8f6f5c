"""Pages about one's own account, and the administration of users."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from streife.accounts import actions, forms, queries
from streife.accounts.passwords import readable_password
from streife.accounts.queries import ROLE_NAMES, actor_from
from streife.accounts.rules import Role
from streife.kernel.clock import now
from streife.kernel.errors import NotFound, Refused


@login_required
@require_GET
def profile(request: HttpRequest) -> HttpResponse:
    """Show the own account: name, roles, ways to sign in."""
    actor = actor_from(request)
    return render(
        request,
        "accounts/profile.html",
        {
            "roles": sorted(str(ROLE_NAMES[role]) for role in actor.roles),
            "second_factor": queries.has_second_factor(actor.user_id or 0),
        },
    )


@login_required
@never_cache
def users(request: HttpRequest) -> HttpResponse:
    """Show all users; make one on POST and show the first password once."""
    actor = actor_from(request)
    actor.require("accounts.manage")
    form = forms.NewUserForm(request.POST or None)
    first = None
    if request.method == "POST" and form.is_valid():
        password = readable_password()
        try:
            user = actions.create_user(
                username=form.cleaned_data["username"],
                display_name=form.cleaned_data["display_name"],
                password=password,
                roles=[form.role_given()],
                actor=actor,
                now=now(),
            )
        except Refused as refused:
            form.add_error(refused.field, refused.message)
        else:
            first = {"user": user, "password": password}
            form = forms.NewUserForm()
    everybody, protected = queries.users(actor), queries.with_second_factor()
    return render(
        request,
        "accounts/users.html",
        {
            "form": form,
            "first": first,
            "users": everybody,
            "protected": protected,
            "bare": sum(one.is_active and one.pk not in protected for one in everybody),
        },
        status=422 if form.errors else 200,
    )


@login_required
@require_GET
def user(request: HttpRequest, user_id: int) -> HttpResponse:
    """Show one user: roles now and before, and what can be done."""
    return _user(request, user_id, forms.RoleForm())


def _user(request: HttpRequest, user_id: int, form: forms.RoleForm) -> HttpResponse:
    actor = actor_from(request)
    actor.require("accounts.manage")
    shown = queries.user_for(actor, user_id)
    return render(
        request,
        "accounts/user.html",
        {
            "shown": shown,
            "history": queries.history_of(actor, user_id),
            "form": form,
            "second_factor": queries.has_second_factor(user_id),
        },
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def grant(request: HttpRequest, user_id: int) -> HttpResponse:
    """Give a role."""
    form = forms.RoleForm(request.POST)
    if not form.is_valid():
        return _user(request, user_id, form)
    actions.grant_role(
        user_id=user_id, role=form.role_given(), actor=actor_from(request), now=now()
    )
    messages.success(request, _("Die Rolle ist vergeben und gilt ab sofort."))
    return redirect("accounts:user", user_id)


@login_required
@require_POST
def revoke(request: HttpRequest, user_id: int, role: str) -> HttpResponse:
    """End a role."""
    if role not in set(Role):
        raise NotFound("Diese Rolle gibt es nicht.", "no-such-role")
    actions.revoke_role(user_id=user_id, role=Role(role), actor=actor_from(request), now=now())
    messages.success(request, _("Die Rolle ist entzogen. Das gilt ab sofort."))
    return redirect("accounts:user", user_id)


@login_required
@require_POST
def deactivate(request: HttpRequest, user_id: int) -> HttpResponse:
    """Lock a user out."""
    actions.deactivate_user(user_id=user_id, actor=actor_from(request), now=now())
    messages.success(request, _("Das Konto ist gesperrt, alle Rollen sind beendet."))
    return redirect("accounts:user", user_id)


@login_required
@require_POST
def reactivate(request: HttpRequest, user_id: int) -> HttpResponse:
    """Let a user in again."""
    actions.reactivate_user(user_id=user_id, actor=actor_from(request), now=now())
    messages.success(request, _("Das Konto ist entsperrt. Bitte vergeben Sie wieder eine Rolle."))
    return redirect("accounts:user", user_id)


@login_required
@require_POST
@never_cache
def reset_password(request: HttpRequest, user_id: int) -> HttpResponse:
    """Make a new password and show it once."""
    actor = actor_from(request)
    password = readable_password()
    actions.reset_password(user_id=user_id, password=password, actor=actor, now=now())
    return render(
        request,
        "accounts/new_password.html",
        {"first": {"user": queries.user_for(actor, user_id), "password": password}},
    )


@login_required
@require_POST
@never_cache
def reset_second_factor(request: HttpRequest, user_id: int) -> HttpResponse:
    """Take a lost second factor off an account; the new password is shown once."""
    actor = actor_from(request)
    password = readable_password()
    actions.reset_second_factor(user_id=user_id, password=password, actor=actor, now=now())
    messages.success(
        request, _("Der zweite Faktor ist zurückgesetzt, alle Sitzungen sind beendet.")
    )
    return render(
        request,
        "accounts/new_password.html",
        {"first": {"user": queries.user_for(actor, user_id), "password": password}},
    )
