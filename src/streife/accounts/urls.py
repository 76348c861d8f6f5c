"""Addresses of sign-in and accounts; allauth's pages under German paths, only those we use.

The e-mail pages and the password reset by e-mail of allauth are left out: accounts belong to the
service, and an administrator gives a new password.
"""

from allauth.account import views as account
from allauth.socialaccount import views as social
from django.urls import include, path

from streife.accounts import views

_own = [
    path("", views.profile, name="profile"),
    path("benutzer/", views.users, name="users"),
    path("benutzer/<int:user_id>/", views.user, name="user"),
    path("benutzer/<int:user_id>/rolle/", views.grant, name="grant"),
    path("benutzer/<int:user_id>/rolle/<slug:role>/ende/", views.revoke, name="revoke"),
    path("benutzer/<int:user_id>/sperren/", views.deactivate, name="deactivate"),
    path("benutzer/<int:user_id>/entsperren/", views.reactivate, name="reactivate"),
    path("benutzer/<int:user_id>/passwort/", views.reset_password, name="reset_password"),
    path(
        "benutzer/<int:user_id>/zweiter-faktor/",
        views.reset_second_factor,
        name="reset_second_factor",
    ),
]

urlpatterns = [
    path("", include((_own, "accounts"))),
    path("anmelden/", account.login, name="account_login"),
    path("abmelden/", account.logout, name="account_logout"),
    path("gesperrt/", account.account_inactive, name="account_inactive"),
    path("registrieren/", account.signup, name="account_signup"),  # closed; the page says why
    path("bestaetigen/", account.reauthenticate, name="account_reauthenticate"),
    path("passwort/", account.password_change, name="account_change_password"),
    path("passwort/neu/", account.password_set, name="account_set_password"),
    path("sicherheit/", include("allauth.mfa.urls")),
    path("extern/abgebrochen/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("extern/fehler/", social.login_error, name="socialaccount_login_error"),
    path("extern/registrieren/", social.signup, name="socialaccount_signup"),  # closed too
    path("extern/", include("allauth.socialaccount.providers.openid_connect.urls")),
]
