"""Facts about incidents."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IncidentOpened:
    """A person confirmed a matter for the service."""

    incident_id: int


@dataclass(frozen=True, slots=True)
class IncidentClosed:
    """The service is done with the matter."""

    incident_id: int
    outcome: str


@dataclass(frozen=True, slots=True)
class IncidentReopened:
    """The matter was not done after all."""

    incident_id: int


@dataclass(frozen=True, slots=True)
class IncidentHandedOver:
    """Another body was asked to deal with it."""

    incident_id: int
    body_code: str


@dataclass(frozen=True, slots=True)
class IncidentsMerged:
    """`duplicate_id` is the same matter as `incident_id`; its reports moved over."""

    incident_id: int
    duplicate_id: int
    report_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportLinked:
    """A further report concerns an incident we have; its author is to be told."""

    incident_id: int
    report_id: int


@dataclass(frozen=True, slots=True)
class HandOverAnswered:
    """The other body said whether it takes the matter."""

    incident_id: int
    body_code: str
    accepted: bool


@dataclass(frozen=True, slots=True)
class SearchWordsErased:
    """Words left the search for good; what the index keeps of them has to go as well."""
