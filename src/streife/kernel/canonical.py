"""One spelling for one value: the part of RFC 8785 (JCS) that the journal needs."""

import json
import math
from collections.abc import Mapping
from typing import Any

LARGEST_INTEGER = 2**53 - 1  # beyond it other JSON readers lose digits (RFC 8785 section 3.2.2.3)
SMALLEST_FRACTION = 1e-4  # below it Python and ECMAScript spell the same number differently
_LARGEST_KEY_CHARACTER = "\ud7ff"  # up to here code points sort like the UTF-16 units of the RFC


def canonical_json(value: Any) -> str:
    """Return the only JSON spelling of `value`: sorted keys, no spaces, UTF-8, as RFC 8785.

    Takes dicts with text keys, lists, tuples, text, booleans, None, whole numbers up to 2^53-1
    and finite floats between 0.0001 and that. Anything else has no safe spelling and is refused.

    :raises TypeError: a value of another type
    :raises ValueError: a number out of range, a key beyond U+D7FF, half a surrogate pair
    """
    text = json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("half a surrogate pair cannot be written as UTF-8") from error
    return text


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise ValueError(f"whole number beyond 2^53-1: {value}")
        return int(value)
    if isinstance(value, float):
        return _plain_float(value)
    if isinstance(value, Mapping):
        return {_plain_key(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise TypeError(f"no canonical JSON for {type(value).__name__}")


def _plain_key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"keys are text, not {type(key).__name__}")
    if any(character > _LARGEST_KEY_CHARACTER for character in key):
        raise ValueError("keys beyond U+D7FF are not taken")
    return str(key)


def _plain_float(value: float) -> int | float:
    if not math.isfinite(value) or abs(value) > LARGEST_INTEGER:
        raise ValueError(f"not a finite number below 2^53: {value}")
    if value.is_integer():
        return int(value)
    if abs(value) < SMALLEST_FRACTION:
        raise ValueError(f"a fraction that small needs another unit: {value}")
    return value
