"""The chain of custody for the recipient: entries as they were hashed, each with its proof."""

import base64
from collections.abc import Iterable, Sequence

from streife.evidence.export.bag import Part, part_of
from streife.journal.actions import Growth, Proven
from streife.kernel.canonical import canonical_json


def custody_part(ident: str, lines: Sequence[Proven]) -> Part:
    """Return the file with one line for each entry about a recording."""
    text = "".join(
        canonical_json({"body": line.body, "leaf": line.leaf, "salt": line.salt, "year": line.year})
        + "\n"
        for line in lines
    )
    return part_of(f"data/verwahrung/{ident}.jsonl", text.encode())


def proof_parts(lines: Iterable[Proven]) -> Iterable[Part]:
    """Return a `tlog-proof@v1` for each entry."""
    return [
        part_of(f"data/nachweise/{line.year}-{line.number}.tlog-proof", line.proof.encode())
        for line in lines
    ]


def growth_parts(growths: Iterable[Growth]) -> Iterable[Part]:
    """Return the ways from earlier heads to the newest, and the time stamps over them."""
    for growth in growths:
        name = f"{growth.year}-{growth.size}"
        value = {
            "new": growth.new,
            "old": growth.old,
            "proof": [_base64(node) for node in growth.proof],
        }
        yield part_of(f"data/wachstum/{name}.json", canonical_json(value).encode())
        if growth.token is not None:
            yield part_of(f"data/zeitstempel/{name}.tsr", growth.token)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
