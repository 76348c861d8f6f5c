"""A signed moment in the form: nobody writes a report in two seconds, programs do."""

from django.core import signing

SALT = "streife.portal.stamp"
FEWEST_SECONDS = 2


def new_stamp() -> str:
    """Return the present moment, signed."""
    return signing.TimestampSigner(salt=SALT).sign("hinweis")


def is_human_pace(stamp: str) -> bool:
    """Say whether the form was shown by us, at least some seconds ago."""
    signer = signing.TimestampSigner(salt=SALT)
    try:
        signer.unsign(stamp)
    except signing.BadSignature:
        return False
    try:
        signer.unsign(stamp, max_age=FEWEST_SECONDS)
    except signing.SignatureExpired:
        return True
    return False
