"""What happened to a recording as CASE/UCO (caseontology.org), for the tools of other offices.

Persons appear as the number of their account, never with a name. Tests validate it with
`case_validate`.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from streife.evidence.models import Recording
from streife.journal.actions import Proven

_CONTEXT = {
    "kb": "urn:streife:",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def case_of(recording: Recording, chains: Mapping[str, Sequence[Proven]], reference: str) -> bytes:
    """Return the JSON-LD of a recording, its custody lines and who acted."""
    file = _id("recording", recording.ident)
    actors = sorted({line.actor for lines in chains.values() for line in lines})
    objects: list[dict[str, Any]] = [_file(recording, file)]
    objects += [_actor(actor) for actor in actors]
    objects += [
        _action(line, _id("recording", ident)) for ident, lines in chains.items() for line in lines
    ]
    objects += [_known(ident) for ident in chains if ident != recording.ident]
    objects.append(
        {
            "@id": _id("provenance", recording.ident),
            "@type": "case-investigation:ProvenanceRecord",
            "case-investigation:exhibitNumber": reference,
            "uco-core:description": f"Aufnahme {recording.ident}",
            "uco-core:object": [{"@id": _id("recording", ident)} for ident in chains],
        }
    )
    graph = {
        "@context": _CONTEXT,
        "@id": _id("bundle", recording.ident),
        "@type": "uco-core:Bundle",
        "uco-core:object": objects,
    }
    return (json.dumps(graph, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _id(kind: str, name: str) -> str:
    return f"kb:{kind}-{uuid5(NAMESPACE_URL, f'streife:{kind}:{name}')}"


def _time(moment: str) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": moment}


def _file(recording: Recording, name: str) -> dict[str, Any]:
    return {
        "@id": name,
        "@type": "uco-observable:File",
        "uco-core:name": recording.ident,
        "uco-core:hasFacet": [
            {
                "@id": _id("file-facet", recording.ident),
                "@type": "uco-observable:FileFacet",
                "uco-observable:fileName": recording.ident,
                "uco-observable:sizeInBytes": {
                    "@type": "xsd:integer",
                    "@value": str(recording.size),
                },
            },
            {
                "@id": _id("content-facet", recording.ident),
                "@type": "uco-observable:ContentDataFacet",
                "uco-observable:mimeType": recording.content_type,
                "uco-observable:hash": [
                    {
                        "@id": _id("hash", recording.ident),
                        "@type": "uco-types:Hash",
                        "uco-types:hashMethod": "SHA256",
                        "uco-types:hashValue": {
                            "@type": "xsd:hexBinary",
                            "@value": recording.sha256,
                        },
                    }
                ],
            },
        ],
    }


def _known(ident: str) -> dict[str, Any]:
    """Return the original that a copy was made from; it is not in the bag."""
    return {
        "@id": _id("recording", ident),
        "@type": "uco-observable:File",
        "uco-core:name": ident,
    }


def _actor(ref: str) -> dict[str, Any]:
    kind = "Person" if ref.startswith("user:") else "Identity"
    return {
        "@id": _id("actor", ref),
        "@type": f"uco-identity:{kind}",
        "uco-core:name": ref,
    }


def _action(line: Proven, file: str) -> dict[str, Any]:
    return {
        "@id": _id("action", f"{line.year}/{line.number}"),
        "@type": "case-investigation:InvestigativeAction",
        "uco-core:name": line.act,
        "uco-core:description": f"Protokoll {line.year}/{line.number}",
        "uco-action:startTime": _time(line.at.isoformat(timespec="milliseconds")),
        "uco-action:performer": {"@id": _id("actor", line.actor)},
        "uco-action:object": [{"@id": file}],
    }
