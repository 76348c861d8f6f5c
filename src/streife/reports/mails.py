"""Plain mail to residents who left an address, in the language in which they read the form."""

from collections.abc import Callable, Mapping
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from streife.kernel.clock import local
from streife.kernel.texts import said
from streife.reports.models import Report
from streife.reports.queries import secret_of

# Answers are put together of several texts by a package above; it says how they are translated.
_speak: list[Callable[[str], str]] = [said]


def speak_answers_with(speak: Callable[[str], str]) -> None:
    """Translate answers so from now on; called once at start-up."""
    _speak[0] = speak


def _closing(link: str) -> str:
    return _(
        "Den Stand sehen Sie jederzeit hier (bitte geben Sie den Link nicht weiter):\n"
        "%(link)s\n\n"
        "Ihr Ordnungsdienst\n\n"
        "Sie bekommen diese Nachricht, weil Sie bei Ihrem Hinweis diese E-Mail-Adresse angegeben "
        "haben.\n"
        "Über den Link können Sie Ihre Kontaktdaten auch löschen. Bei Gefahr: Polizei 110, "
        "Feuerwehr und\n"
        "Rettungsdienst 112."
    ) % {"link": link}


def _received(report: Report) -> tuple[str, str]:
    moment = local(report.received_at)
    values = {
        "reference": report.reference,
        "day": date_format(moment, "DATE_FORMAT"),
        "clock": f"{moment:%H:%M}",
    }
    return (
        _("Ihr Hinweis %(reference)s ist bei uns") % values,
        _(
            "Ihr Hinweis ist am %(day)s um %(clock)s Uhr bei uns eingegangen. "
            "Das Aktenzeichen ist %(reference)s.\n"
            "Ein Mensch liest ihn und entscheidet, was zu tun ist."
        )
        % values,
    )


def _answered(report: Report) -> tuple[str, str]:
    values = {"reference": report.reference, "answer": _speak[0](report.answer)}
    return (
        _("Antwort auf Ihren Hinweis %(reference)s") % values,
        _(
            "zu Ihrem Hinweis %(reference)s können wir Ihnen sagen:\n\n"
            "%(answer)s\n\n"
            "Stimmt das nicht? Dann sagen Sie es uns über den folgenden Link, "
            "wir sehen noch einmal nach."
        )
        % values,
    )


def _link(report: Report) -> tuple[str, str]:
    values = {"reference": report.reference}
    return (
        _("Der Link zu Ihrem Hinweis %(reference)s") % values,
        _("hier ist noch einmal der Link zu Ihrem Hinweis %(reference)s.") % values,
    )


def _merged(report: Report) -> tuple[str, str]:
    values = {"reference": report.reference}
    return (
        _("Ihr Hinweis %(reference)s wird mit einem anderen bearbeitet") % values,
        _(
            "zu Ihrem Hinweis %(reference)s lag uns schon ein anderer vor. Wir bearbeiten beide "
            "gemeinsam und sagen Ihnen Bescheid, wenn wir fertig sind."
        )
        % values,
    )


_OCCASIONS: Mapping[str, Callable[[Report], tuple[str, str]]] = {
    "received": _received,
    "answered": _answered,
    "link": _link,
    "merged": _merged,
}


class MailNotTaken(OSError):
    """The mail server refused; says for which report, never for which address."""


def send_mail_about(report_id: int, occasion: str) -> bool:
    """Send the mail and return True; False when nobody is to be told.

    The contact data may be gone by now, the answer taken back, and the people of synthetic reports
    do not exist.

    :raises KeyError: unknown occasion
    :raises OSError: the mail server does not answer, or `MailNotTaken`: it refuses
    """
    write = _OCCASIONS[occasion]
    report = Report.objects.select_related("contact").filter(pk=report_id).first()
    contact = getattr(report, "contact", None)
    if report is None or report.synthetic or contact is None or not contact.email:
        return False
    if occasion == "answered" and report.answered_at is None:
        return False  # it is being looked into again; the next answer has a mail of its own
    path = reverse("portal:status", args=[report.reference, secret_of(report)])
    with override(report.language):
        subject, text = write(report)
        parts = [_("Guten Tag,"), text, _closing(f"{settings.BASE_URL.rstrip('/')}{path}")]
    # Nobody shall answer to a robot, and no robot to us (RFC 3834).
    headers = {"Auto-Submitted": "auto-generated"}
    body = "\n\n".join(parts) + "\n"
    message = EmailMessage(subject, body, to=[contact.email], headers=headers)
    try:
        message.send()
    except (SMTPException, ValueError) as error:
        # What the server, or Django of an address it cannot read, says names the receiver, and the
        # table of tasks would keep it.
        raise MailNotTaken(f"report:{report_id}: {type(error).__name__}") from None
    return True
