"""Work after the transaction: mail to residents. Arguments are ids; safe to run twice."""

from django_tasks import task

from streife.reports.mails import send_mail_about


@task()
def tell_resident(report_id: int, occasion: str) -> bool:
    """Send the mail of one occasion and return whether there was anybody to tell.

    Run twice, it sends twice: a second identical mail is better than none.
    """
    return send_mail_about(report_id, occasion)
