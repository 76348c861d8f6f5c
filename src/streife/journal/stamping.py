"""Time stamps of an authority (RFC 3161) over a checkpoint: when it existed at the latest.

Chains are checked at the moment the stamp names, not now: certificates of authorities expire, and
a stamp has to convince a court years later.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import (
    BasicConstraints,
    Certificate,
    ExtendedKeyUsage,
    ExtensionNotFound,
    InvalidVersion,
    ObjectIdentifier,
    load_der_x509_certificate,
    load_pem_x509_certificates,
)
from cryptography.x509.oid import ExtendedKeyUsageOID
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from streife.journal import outside

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
_CERTIFICATES = 0xA0


class StampError(ValueError):
    """Not a time stamp of this authority over this text; the message says why."""


@dataclass(frozen=True, slots=True)
class Authority:
    """Whose stamps count: certificates that end every chain, and a policy where one is demanded."""

    roots: Sequence[Certificate]
    policy: str = ""

    @classmethod
    def from_file(cls, path: Path, policy: str = "") -> "Authority":
        """Read the certificates (PEM).

        :raises StampError: there is no such file, or no certificate in it
        """
        try:
            return cls(load_pem_x509_certificates(path.read_bytes()), policy)
        except (OSError, ValueError) as error:
            raise StampError(f"no root certificates in {path}: {error}") from error


def der_of(certificate: Certificate) -> bytes:
    """Return a certificate as bytes."""
    return certificate.public_bytes(Encoding.DER)


def ask(url: str, text: str, authority: Authority) -> tuple[datetime, bytes]:
    """Return genTime and the whole answer (DER) of the authority over the text.

    :raises outside.Unanswered: no answer
    :raises StampError: an answer that does not hold
    """
    request = (
        TimestampRequestBuilder().data(text.encode()).hash_algorithm(HashAlgorithm.SHA256).build()
    )
    reply = outside.post(url, request.as_bytes(), kind=QUERY)
    if reply.status != 200 or reply.kind != REPLY:
        raise outside.Unanswered(f"{reply.status} {reply.kind}")
    token = sorted_certificates(reply.body)
    return check(token, text, authority, nonce=request.nonce), token


def check(token: bytes, text: str, authority: Authority, *, nonce: int | None = None) -> datetime:
    """Return genTime of a stamp that holds for this text.

    :raises StampError: malformed, another text, a chain that ends elsewhere, a wrong policy
    """
    try:
        response = decode_timestamp_response(token)
        builder = VerifierBuilder(
            roots=list(authority.roots),
            nonce=nonce,
            policy_id=ObjectIdentifier(authority.policy) if authority.policy else None,
        )
        builder.build().verify_message(response, text.encode())
        _check_signer(response)
    except (ValueError, VerificationError, InvalidVersion, UnsupportedAlgorithm) as error:
        raise StampError(str(error)) from error
    return _moment(response)


def _check_signer(response: TimeStampResponse) -> None:
    """Pass only an end certificate made for time stamps and nothing else (RFC 3161 section 2.3).

    The library is content with an authority's certificate and with further purposes.
    """
    signer = next(iter(response.signed_data.signer_infos))
    certificates = [load_der_x509_certificate(raw) for raw in response.signed_data.certificates]
    (leaf,) = (
        one
        for one in certificates
        if one.issuer == signer.issuer and one.serial_number == signer.serial_number
    )
    try:
        if leaf.extensions.get_extension_for_class(BasicConstraints).value.ca:
            raise StampError("signed with the certificate of an authority")
    except ExtensionNotFound:
        pass  # RFC 5280 4.2.1.9: without the extension it is no certificate of an authority
    purposes = list(leaf.extensions.get_extension_for_class(ExtendedKeyUsage).value)
    if purposes != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise StampError("signed with a certificate that serves other purposes too")


def _moment(response: TimeStampResponse) -> datetime:
    return response.tst_info.gen_time


def sorted_certificates(response: bytes) -> bytes:
    """Return the answer with its certificates in the order DER wants for a SET.

    OpenSSL's authority (and others) leave them as they are configured, and strict readers refuse
    that. No signature covers the set, and its length stays, so the order can be put right.

    :raises StampError: not an answer with a token (a refusal, an error page)
    """
    try:
        outer = _children(response, 0, len(response))[0]
        parts = _children(response, outer[1], outer[2])
        content = _children(response, parts[1][1], parts[1][2])  # type, [0] SignedData
        signed = _children(response, content[1][1], content[1][2])[0]
        certificates = [
            part
            for part in _children(response, signed[1], signed[2])
            if response[part[0]] == _CERTIFICATES
        ]
    except IndexError as error:
        raise StampError("the authority gave no token") from error
    for _, start, end in certificates:
        elements = [response[first:last] for first, _, last in _children(response, start, end)]
        response = response[:start] + b"".join(sorted(elements)) + response[end:]
    return response


def _children(raw: bytes, start: int, end: int) -> list[tuple[int, int, int]]:
    return list(_elements(raw, start, end))


def _elements(raw: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield begin, begin of the content and end of each DER element between two places."""
    while start < end:
        length, at = raw[start + 1], start + 2
        if length & 0x80:
            digits = length & 0x7F
            length, at = int.from_bytes(raw[at : at + digits], "big"), at + digits
        if at + length > end:
            raise StampError("the answer is cut off")
        yield start, at, at + length
        start = at + length
