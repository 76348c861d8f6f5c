"""A time-stamp authority of our own: OpenSSL, behind a web address, certificates made here."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from streife.kernel.clock import now
from tests.programs import need

POLICY = "1.3.6.1.4.1.99999.1"
_CONFIG = """
[tsa]
dir = .
serial = ./serial
signer_cert = ./tsa.pem
certs = ./chain.pem
signer_key = ./tsa.key
signer_digest = sha256
default_policy = {policy}
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    subject: str,
    key: rsa.RSAPrivateKey,
    issuer: str,
    issuer_key: rsa.RSAPrivateKey,
    *,
    authority: bool,
    lasts: timedelta,
    usage: bool,
) -> x509.Certificate:
    begin = now() - timedelta(minutes=5)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(now() + lasts)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    if authority and not usage:  # OpenSSL itself would not sign with such a key
        builder = builder.add_extension(
            x509.KeyUsage(
                digital_signature=False,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=True,
                crl_sign=True,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
    if usage:
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
        )
    return builder.sign(issuer_key, hashes.SHA256())


@dataclass
class Authority:
    """Where it listens, and the certificate that ends its chain."""

    folder: Path
    url: str = ""
    asked: list[bytes] = field(default_factory=list)

    @property
    def roots(self) -> Path:
        """The root certificate, as an auditor gets it on a second way."""
        return self.folder / "root.pem"

    def answer(self, query: bytes) -> bytes:
        """Return OpenSSL's answer to a query."""
        self.asked.append(query)
        (self.folder / "query").write_bytes(query)
        command = ["openssl", "ts", "-reply", "-config", "ts.cnf", "-section", "tsa"]
        subprocess.run(
            [*command, "-queryfile", "query", "-out", "reply"],
            cwd=self.folder,
            check=True,
            capture_output=True,
        )
        return (self.folder / "reply").read_bytes()


def set_up(
    folder: Path, *, lasts: timedelta = timedelta(days=30), leaf_is_authority: bool = False
) -> Authority:
    """Make root, intermediate and signer; `leaf_is_authority` breaks the rule for signers."""
    need("openssl", "openssl")
    folder.mkdir()
    keys = [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(3)]
    long = timedelta(days=3650)
    root = _certificate(
        "Wurzel", keys[0], "Wurzel", keys[0], authority=True, lasts=long, usage=False
    )
    middle = _certificate(
        "Zwischenstelle", keys[1], "Wurzel", keys[0], authority=True, lasts=long, usage=False
    )
    leaf = _certificate(
        "Zeitstempel",
        keys[2],
        "Zwischenstelle",
        keys[1],
        authority=leaf_is_authority,
        lasts=lasts,
        usage=True,
    )
    pem = serialization.Encoding.PEM
    (folder / "root.pem").write_bytes(root.public_bytes(pem))
    (folder / "tsa.pem").write_bytes(leaf.public_bytes(pem))
    (folder / "chain.pem").write_bytes(middle.public_bytes(pem) + root.public_bytes(pem))
    (folder / "tsa.key").write_bytes(
        keys[2].private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "serial").write_text("01\n")
    (folder / "ts.cnf").write_text(_CONFIG.format(policy=POLICY))
    return Authority(folder)


@contextmanager
def listening(folder: Path, **how: Any) -> Iterator[Authority]:
    """Run an authority on a free port."""
    authority = set_up(folder, **how)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            reply = authority.answer(query)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        authority.url = f"http://127.0.0.1:{server.server_port}/"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield authority
        finally:
            server.shutdown()
            thread.join()


def stamped(authority: Authority, text: str) -> bytes:
    """Return an answer over a text, straight from OpenSSL."""
    folder = authority.folder
    (folder / "text").write_text(text)
    command = ["openssl", "ts", "-query", "-data", "text", "-sha256", "-cert", "-out", "asked"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return authority.answer((folder / "asked").read_bytes())


def moment_of(path: Path) -> datetime:
    """Return until when a certificate is valid."""
    return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
