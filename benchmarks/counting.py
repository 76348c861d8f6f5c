"""SQL statements of one request, counted in this process; counting in the server costs time."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test import Client

from benchmarks.cases import Case

# Not counted: they open and close the transaction that the statements stand in.
_BRACKETS = re.compile(r"(BEGIN|COMMIT|SAVEPOINT|RELEASE)")
Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


def statements(case: Case) -> Counter[str]:
    """Return the statements of one request, the caches of the process warm."""
    client = Client(headers={"host": "127.0.0.1", "accept-language": "de"})
    name, _, value = case.cookie.partition("=")
    client.cookies[name] = value
    seen: Counter[str] = Counter()

    def counting(
        execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        seen[sql] += not _BRACKETS.match(sql)
        return execute(sql, params, many, context)

    _send(client, case)
    with connection.execute_wrapper(counting):
        _send(client, case)
    return seen


def _send(client: Client, case: Case) -> None:
    if case.body:
        form = "application/x-www-form-urlencoded"
        response = client.post(case.path, case.body(), content_type=form)
    else:
        response = client.get(case.path)
    if response.status_code not in (200, 303):
        raise RuntimeError(f"{case.name}: {response.status_code}")
