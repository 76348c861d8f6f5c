"""Plain German mail to residents who left an address."""

from collections.abc import Callable, Mapping
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from streife.kernel.clock import local
from streife.reports.models import Report
from streife.reports.queries import secret_of

_CLOSING = """
Den Stand sehen Sie jederzeit hier (bitte geben Sie den Link nicht weiter):
{link}

Ihr Ordnungsdienst

Sie bekommen diese Nachricht, weil Sie bei Ihrem Hinweis diese E-Mail-Adresse angegeben haben.
Über den Link können Sie Ihre Kontaktdaten auch löschen. Bei Gefahr: Polizei 110, Feuerwehr und
Rettungsdienst 112.
"""


def _received(report: Report) -> tuple[str, str]:
    moment = local(report.received_at)
    return (
        f"Ihr Hinweis {report.reference} ist bei uns",
        "Guten Tag,\n\n"
        f"Ihr Hinweis ist am {moment:%d.%m.%Y um %H:%M} Uhr bei uns eingegangen. "
        f"Das Aktenzeichen ist {report.reference}.\n"
        "Ein Mensch liest ihn und entscheidet, was zu tun ist.\n",
    )


def _answered(report: Report) -> tuple[str, str]:
    return (
        f"Antwort auf Ihren Hinweis {report.reference}",
        "Guten Tag,\n\n"
        f"zu Ihrem Hinweis {report.reference} können wir Ihnen sagen:\n\n"
        f"{report.answer}\n\n"
        "Stimmt das nicht? Dann sagen Sie es uns über den folgenden Link, "
        "wir sehen noch einmal nach.\n",
    )


def _link(report: Report) -> tuple[str, str]:
    return (
        f"Der Link zu Ihrem Hinweis {report.reference}",
        f"Guten Tag,\n\nhier ist noch einmal der Link zu Ihrem Hinweis {report.reference}.\n",
    )


def _merged(report: Report) -> tuple[str, str]:
    return (
        f"Ihr Hinweis {report.reference} wird mit einem anderen bearbeitet",
        "Guten Tag,\n\n"
        f"zu Ihrem Hinweis {report.reference} lag uns schon ein anderer vor. Wir bearbeiten beide "
        "gemeinsam und sagen Ihnen Bescheid, wenn wir fertig sind.\n",
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

    The contact data may be gone by now, and the people of synthetic reports do not exist.

    :raises KeyError: unknown occasion
    :raises OSError: the mail server does not answer, or `MailNotTaken`: it refuses
    """
    write = _OCCASIONS[occasion]
    report = Report.objects.select_related("contact").filter(pk=report_id).first()
    contact = getattr(report, "contact", None)
    if report is None or report.synthetic or contact is None or not contact.email:
        return False
    subject, text = write(report)
    path = reverse("portal:status", args=[report.reference, secret_of(report)])
    closing = _CLOSING.format(link=f"{settings.BASE_URL.rstrip('/')}{path}")
    # Nobody shall answer to a robot, and no robot to us (RFC 3834).
    headers = {"Auto-Submitted": "auto-generated"}
    message = EmailMessage(subject, text + closing, to=[contact.email], headers=headers)
    try:
        message.send()
    except SMTPException as error:
        # The server's answer names the receiver, and the table of tasks would keep it.
        raise MailNotTaken(f"report:{report_id}: {type(error).__name__}") from None
    return True
