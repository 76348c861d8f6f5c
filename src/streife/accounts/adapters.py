"""What differs from allauth: closed sign-up, German words, and a record of every sign-in."""

import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from streife.accounts import actions, queries
from streife.accounts.models import User
from streife.accounts.rules import FAR_REACHING
from streife.kernel.clock import now

DEVICE_COOKIE = "streife_device"
_DEVICE_SECONDS = 180 * 24 * 3600
RATE_LIMITED = gettext_lazy(
    "Das waren zu viele Versuche. Bitte warten Sie fünf Minuten und versuchen Sie es dann erneut."
)
WRONG_CODE = gettext_lazy("Der Code stimmt nicht. Bitte geben Sie den neuesten Code ein.")
WRONG_SIGN_IN = gettext_lazy(
    "Benutzername oder Passwort stimmen nicht. Bitte prüfen Sie beides. Wenn Sie Ihr Passwort "
    "nicht mehr wissen, hilft Ihnen die Administration."
)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Sign-in and sign-out with a journal entry each; nobody can sign up by themselves."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": gettext_lazy(
            "Dieses Konto ist gesperrt. Bitte wenden Sie sich an Ihre Administration."
        ),
        "enter_current_password": gettext_lazy("Bitte geben Sie Ihr jetziges Passwort ein."),
        "incorrect_code": WRONG_CODE,
        "incorrect_password": gettext_lazy("Das Passwort stimmt nicht."),
        "invalid_login": WRONG_SIGN_IN,
        "rate_limited": RATE_LIMITED,
        "too_many_login_attempts": RATE_LIMITED,
        "username_password_mismatch": WRONG_SIGN_IN,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no: accounts are made by an administrator."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return what the throttle of addresses counts by."""
        return queries.connection_of(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Return what the throttle of names counts by.

        A browser in which this person signed in before has a count of its own: strangers who type
        a dispatcher's name all night long cannot keep the dispatcher out.
        """
        key: str = super()._get_login_attempts_cache_key(request, **credentials)
        device = known_device(request, str(credentials.get("username", "")))
        return f"{key}:{device}" if device else key

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in under a fresh session key and record it."""
        steps = request.session.get("account_authentication_methods", [])
        methods = [
            f"{step['method']}:{step['type']}" if "type" in step else step["method"]
            for step in steps
        ]
        super().login(request, user)
        actions.note_sign_in(user_id=user.pk, methods=methods, now=now())

    def logout(self, request: HttpRequest) -> None:
        """Sign out and record it."""
        user_id = request.user.pk
        super().logout(request)
        if user_id is not None:
            actions.note_sign_out(user_id=user_id, now=now())

    def post_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse:
        """Go on, and remind far-reaching roles of the second factor."""
        response: HttpResponse = super().post_login(request, user, **more)
        _remember_device(request, response, user)
        far_reaching = queries.actor_of(user).roles & FAR_REACHING
        if far_reaching and not queries.has_second_factor(user.pk):
            messages.warning(
                request,
                _(
                    "Ihr Konto hat weitreichende Rechte. Bitte richten Sie unter "
                    "„Mein Konto“ einen zweiten Faktor ein."
                ),
            )
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record the failed attempt."""
        actions.note_failed_sign_in(
            username=str(credentials.get("username", "")), step="password", now=now()
        )

    def add_message(self, request: HttpRequest, *args: Any, **more: Any) -> None:
        """Say nothing: the page that follows shows what happened."""


def known_device(request: HttpRequest, username: str) -> str:
    """Return the mark of this browser if that person signed in here before, else ""."""
    mark = (
        request.get_signed_cookie(DEVICE_COOKIE, "", salt=DEVICE_COOKIE, max_age=_DEVICE_SECONDS)
        or ""
    )
    user_id = mark.partition(":")[0]
    known = user_id and User.objects.filter(pk=user_id, username__iexact=username).exists()
    return mark if known else ""


def _remember_device(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Mark the browser; the mark opens nothing, it only counts attempts apart from strangers'."""
    mark = known_device(request, user.get_username()) or f"{user.pk}:{secrets.token_hex(16)}"
    response.set_signed_cookie(
        DEVICE_COOKIE,
        mark,
        salt=DEVICE_COOKIE,
        max_age=_DEVICE_SECONDS,
        path=reverse("accounts:profile"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """German words for the second factor."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": gettext_lazy(
            "Der zweite Faktor ist vorgeschrieben und kann nicht abgeschaltet werden."
        ),
        "cannot_generate_recovery_codes": gettext_lazy(
            "Bitte richten Sie zuerst eine Authentifizierungs-App oder einen Passkey ein."
        ),
        "incorrect_code": WRONG_CODE,
    }

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Say whether this factor may go: the last one stays where the city demands one."""
        if not settings.STREIFE_REQUIRE_MFA or authenticator.type == "recovery_codes":
            return True
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        return bool(others.exclude(type="recovery_codes").exists())

    def generate_authenticator_name(self, user: User, type: str) -> str:
        """Return a name for a new passkey."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Passkey %(number)s") % {"number": number}


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # no types
    """OIDC of the city: who has an account here is let in, nobody is made on the way."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Say no: accounts are made by an administrator."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Join the city's identity with the account of the same user name."""
        if sociallogin.is_existing:
            return
        claims = sociallogin.account.get_provider_account().get_user_data() or {}
        username = claims.get(settings.STREIFE_OIDC_USERNAME_CLAIM, "")
        user = User.objects.filter(username__iexact=username, is_active=True).first()
        if not username or user is None:
            raise ImmediateHttpResponse(render(request, "account/signup_closed.html", status=403))
        sociallogin.connect(request, user)
