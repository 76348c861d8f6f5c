"""How soon the first byte of a range comes."""

import asyncio
import random
import statistics
import time
from pathlib import Path
from typing import Any

from benchmarks.vault.installing import cpu_seconds, make_file, set_up, taking

SEEKS = 60


def seek(folder: Path, megabytes: int) -> None:
    """Ask for single bytes in a large recording by HTTP range, permission and journal included."""
    set_up(folder)
    from django.conf import settings
    from django.test import Client

    from streife.evidence.models import Recording
    from tests.factories import user_with

    settings.ALLOWED_HOSTS = ["*"]
    take = taking(make_file(folder / "source.mp4", megabytes))
    take()
    size = Recording.objects.get().size
    ident = Recording.objects.get().ident
    client = Client()
    client.force_login(
        user_with("shift_leader"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    asked = []
    for _ in range(5):
        begun = time.perf_counter()
        told = client.post(
            f"/beweismittel/aufnahme/{ident}/ansehen/",
            {"purpose": "review", "reason": "Messung der Wiedergabe"},
        ).json()
        asked.append((time.perf_counter() - begun) * 1000)
    print(f"Einsicht erlaubt, protokolliert, signiert: Median {statistics.median(asked):.0f} ms")
    cpu = cpu_seconds()
    spent = sorted(asyncio.run(_firsts(client, told["url"], size)))
    print(
        f"erstes Byte in {megabytes} MiB: Median {statistics.median(spent):.1f} ms, "
        f"95 % {spent[int(SEEKS * 0.95)]:.1f} ms, längste {spent[-1]:.1f} ms, "
        f"CPU {(cpu_seconds() - cpu) / SEEKS * 1000:.1f} ms",
        flush=True,
    )


async def _firsts(client: Any, address: str, size: int) -> list[float]:
    """Return ms until the first piece, for ranges that begin anywhere; the rest is not fetched."""
    from django.test import AsyncClient

    asking = AsyncClient()
    asking.cookies = client.cookies
    spent = []
    for number in range(SEEKS):
        start = random.Random(number).randrange(size - 10)
        begun = time.perf_counter()
        answer = await asking.get(address, headers={"Range": f"bytes={start}-"})
        pieces = aiter(answer)
        first = await anext(pieces)
        spent.append((time.perf_counter() - begun) * 1000)
        assert answer.status_code == 206
        assert first
        await pieces.aclose()
        answer.close()
    return spent
