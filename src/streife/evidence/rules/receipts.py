"""How long a receipt stays in the folder of a dock.

It says that a camera may be wiped, and keeps a file that still lies there from being read again.
Once the file is gone from the folder it tells only what was filmed when, longer than the film.
"""

from datetime import datetime, timedelta

from streife.kernel.errors import Refused

RECEIPT_DAYS = 30  # no statute names a period; longer than a camera waits for its next dock
FEWEST_DAYS, MOST_DAYS = 1, 365


def check_receipt_days(days: int) -> int:
    """Return for how many days receipts may stay.

    :raises Refused: `receipt-days-wrong`
    """
    if not FEWEST_DAYS <= days <= MOST_DAYS:
        raise Refused(
            "Quittungen bleiben zwischen einem Tag und einem Jahr. Bitte eine Zahl von 1 bis 365"
            " angeben.",
            "receipt-days-wrong",
        )
    return days


def is_outlived(written_at: datetime, days: int, now: datetime) -> bool:
    """Say whether a receipt has been there longer than it may."""
    return now - written_at > timedelta(days=days)
