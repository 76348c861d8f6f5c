"""Columns that Django does not have."""

import json
from typing import Any

from django.db import models

from streife.kernel.canonical import canonical_json


class CanonicalJSONField(models.TextField[Any, Any]):
    """JSON kept as its canonical text: what was hashed is, byte for byte, what is stored.

    A native JSON column reorders keys and respells numbers, so a hash over it would depend on the
    database. The price: no look-ups inside the value.
    """

    _pyi_private_set_type: Any  # what the type checker lets through, here: any JSON value
    _pyi_private_get_type: Any

    def from_db_value(self, value: str | None, *_: object) -> Any:
        """Return the value behind the stored text."""
        return None if value is None else json.loads(value)

    def get_prep_value(self, value: Any) -> str | None:
        """Return the canonical text; None stays NULL."""
        return None if value is None else canonical_json(value)

    def to_python(self, value: Any) -> Any:
        """Return the value as it is; it is never typed into a form."""
        return value
