"""Forms of sign-in and of the administration of users."""

from typing import Any

from allauth.account import forms as account
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from streife.accounts import actions
from streife.accounts.queries import ROLE_NAMES
from streife.accounts.rules import GRANTABLE, Role
from streife.kernel.clock import now

CODE_LABEL = _("Code aus der App")
# Digits from a telephone's keyboard, but recovery codes have letters in some installations.
CODE_INPUT = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}


class SignInForm(account.LoginForm):  # type: ignore[misc]  # allauth ships no types
    """User name and password."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        name, password = self.fields["login"], self.fields["password"]
        name.label, password.label = _("Benutzername"), _("Passwort")
        name.widget.attrs = {"autocomplete": "username", "autocapitalize": "none"}
        password.widget.attrs = {"autocomplete": "current-password"}
        password.help_text = ""


class ChangePasswordForm(account.ChangePasswordForm):  # type: ignore[misc]  # no types
    """The old password, and the new one twice."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["oldpassword"].label = _("Jetziges Passwort")
        self.fields["password1"].label = _("Neues Passwort")
        self.fields["password1"].help_text = _(
            "Mindestens zwölf Zeichen. Mehrere Wörter hintereinander merken sich leichter als "
            "Sonderzeichen."
        )
        self.fields["password2"].label = _("Neues Passwort, noch einmal")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class PasswordAgainForm(account.ReauthenticateForm):  # type: ignore[misc]  # no types
    """The password once more before something sensitive."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["password"].label = _("Passwort")
        self.fields["password"].widget.attrs = {"autocomplete": "current-password"}


class _Once:
    """Takes each code once for as long as it is valid.

    allauth forgets a used code after one period, but a code is valid for as many periods as the
    tolerance allows (RFC 6238 section 5.2: it must be accepted once only).
    """

    user: Any

    def clean_code(self) -> str:
        """Return the code if it is right and fresh."""
        code: str = super().clean_code()  # type: ignore[misc]  # of the form beside it
        periods = 2 * app_settings.TOTP_TOLERANCE + 1
        key = f"streife.code.used.{self.user.pk}.{normalize_user_code(code)}"
        if not cache.add(key, "y", timeout=periods * app_settings.TOTP_PERIOD):
            actions.note_failed_sign_in(
                username=self.user.get_username(), step="second_factor", now=now()
            )
            raise get_adapter().validation_error("incorrect_code")
        return code


class SecondFactorForm(_Once, mfa.AuthenticateForm):  # type: ignore[misc]  # no types
    """The code of the app, or a recovery code, at sign-in."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["code"].label = _("Code aus der App oder Ersatzcode")
        self.fields["code"].widget.attrs = dict(CODE_INPUT)

    def _emit_authentication_failed(self, authenticator: Any) -> None:
        super()._emit_authentication_failed(authenticator)
        actions.note_failed_sign_in(
            username=self.user.get_username(), step="second_factor", now=now()
        )


class CodeAgainForm(_Once, mfa.ReauthenticateForm):  # type: ignore[misc]  # no types
    """The code once more before something sensitive."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["code"].label = CODE_LABEL
        self.fields["code"].widget.attrs = dict(CODE_INPUT)


class ActivateAppForm(_Once, totp.ActivateTOTPForm):  # type: ignore[misc]  # no types
    """The first code proves that the app has taken the secret."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["code"].label = CODE_LABEL
        self.fields["code"].widget.attrs = CODE_INPUT | {"autofocus": False}


class AddPasskeyForm(webauthn.AddWebAuthnForm):  # type: ignore[misc]  # no types
    """A name for the passkey; the browser adds the rest."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["name"].label = _("Name, an dem Sie ihn wiedererkennen")
        self.fields["passwordless"].label = _("Auch ohne Passwort anmelden")
        self.fields["passwordless"].help_text = _(
            "Dann genügt dieser Passkey mit Fingerabdruck, Gesicht oder PIN."
        )
        self.fields["passwordless"].initial = True


class EditPasskeyForm(webauthn.EditWebAuthnForm):  # type: ignore[misc]  # no types
    """Another name for a passkey."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["name"].label = _("Name, an dem Sie ihn wiedererkennen")


def role_choices() -> list[tuple[str, str]]:
    """Return the roles an administrator can give, by their German names; none is chosen before.

    The first of them by name is the mightiest: nobody gets it by a button pressed too soon.
    """
    names = sorted(((role.value, str(ROLE_NAMES[role])) for role in GRANTABLE), key=lambda c: c[1])
    return [("", str(_("Bitte wählen"))), *names]


class NewUserForm(forms.Form):
    """A new user with the first role."""

    display_name = forms.CharField(label=_("Name"), max_length=120)
    username = forms.CharField(
        label=_("Benutzername"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text=_("Damit meldet sich die Person an, zum Beispiel e.beispiel."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("Rolle"), choices=role_choices)

    def role_given(self) -> Role:
        """Return the chosen role."""
        return Role(self.cleaned_data["role"])


class RoleForm(forms.Form):
    """One role."""

    role = forms.ChoiceField(label=_("Rolle"), choices=role_choices)

    def role_given(self) -> Role:
        """Return the chosen role."""
        return Role(self.cleaned_data["role"])
