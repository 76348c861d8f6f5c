"""The key over all keys inside a PKCS#11 module (HSM, smart card, SoftHSM)."""

import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.exceptions import PKCS11Error

from streife.evidence.keys.wrapping import KEY_BYTES, kek_missing, key_damaged, name_after

LABEL = "streife-kek-"
CHECK_BYTES = 16


class ModuleWrapping:
    """AES keys that are made in the module and cannot be read out of it.

    Modules differ in which authenticated modes they offer; AES-CBC with padding all of them have.
    So the name of the data key and a check under the data key itself are encrypted along with it.
    """

    def __init__(self, library: str, token: str, pin: str) -> None:
        self._token = pkcs11.lib(library).get_token(token_label=token)
        self._pin = pin

    @contextmanager
    def _session(self) -> Iterator[Any]:
        with self._token.open(rw=True, user_pin=self._pin) as session:
            yield session

    def _names(self, session: Any) -> list[str]:
        keys = session.get_objects({Attribute.CLASS: ObjectClass.SECRET_KEY})
        return sorted(key.label[len(LABEL) :] for key in keys if key.label.startswith(LABEL))

    def _key(self, session: Any, generation: str) -> Any:
        try:
            return session.get_key(
                object_class=ObjectClass.SECRET_KEY, label=f"{LABEL}{generation}"
            )
        except PKCS11Error as error:
            raise kek_missing(generation) from error

    def current(self) -> str:
        """Return the newest generation."""
        with self._session() as session:
            names = self._names(session)
            return names[-1] if names else self._make(session, "0000-first")

    def renew(self, now: datetime) -> str:
        """Make a new key in the module."""
        with self._session() as session:
            return self._make(session, name_after(self._names(session), now))

    @staticmethod
    def _make(session: Any, generation: str) -> str:
        session.generate_key(
            KeyType.AES,
            KEY_BYTES * 8,
            label=f"{LABEL}{generation}",
            store=True,
            template={
                Attribute.SENSITIVE: True,
                Attribute.EXTRACTABLE: False,
                Attribute.WRAP: True,
                Attribute.UNWRAP: True,
                Attribute.ENCRYPT: True,
                Attribute.DECRYPT: True,
            },
        )
        return generation

    def retire(self, generation: str) -> None:
        """Destroy the key in the module, if it is still there."""
        with self._session() as session:
            if generation in self._names(session):
                self._key(session, generation).destroy()

    def wrap(self, data_key: bytes, kid: str) -> tuple[str, bytes]:
        """Encrypt inside the module."""
        generation = self.current()
        nonce = secrets.token_bytes(CHECK_BYTES)
        with self._session() as session:
            key = self._key(session, generation)
            sealed = key.encrypt(
                _named(data_key, kid), mechanism=Mechanism.AES_CBC_PAD, mechanism_param=nonce
            )
        return generation, nonce + bytes(sealed)

    def unwrap(self, generation: str, wrapped: bytes, kid: str) -> bytes:
        """Decrypt inside the module."""
        with self._session() as session:
            key = self._key(session, generation)
            try:
                plain = bytes(
                    key.decrypt(
                        wrapped[CHECK_BYTES:],
                        mechanism=Mechanism.AES_CBC_PAD,
                        mechanism_param=wrapped[:CHECK_BYTES],
                    )
                )
            except PKCS11Error as error:
                raise key_damaged() from error
        return _unnamed(plain, kid)


def _named(data_key: bytes, kid: str) -> bytes:
    """Return key, its name and a check over both: the module's mode has none of its own."""
    text = kid.encode()
    body = data_key + text
    return body + hmac.digest(data_key, b"streife/kek/v1\n" + text, "sha256")


def _unnamed(plain: bytes, kid: str) -> bytes:
    data_key = plain[:KEY_BYTES]
    if len(data_key) != KEY_BYTES or not hmac.compare_digest(plain, _named(data_key, kid)):
        raise key_damaged()
    return data_key
