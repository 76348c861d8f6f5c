"""Who reacts to what: the only place where one package's event meets another's work."""

from collections.abc import Mapping
from typing import Any

from streife.evidence import tasks as evidence
from streife.evidence.actions.searching import forget_work
from streife.evidence.events import (
    CopyAsked,
    CutGranted,
    HandOverAgreed,
    PreviewAsked,
    RecordingShredded,
    RedactionBegun,
)
from streife.evidence.export import tasks as hand_overs
from streife.incidents.events import (
    HandOverAnswered,
    IncidentClosed,
    IncidentOpened,
    IncidentReopened,
    IncidentsMerged,
    ReportLinked,
    SearchWordsErased,
)
from streife.kernel.events import Reaction
from streife.patrols.events import PlanBegun
from streife.patrols.tasks import compute
from streife.reports.events import (
    ReportObjected,
    ReportReceived,
    ReportTextErased,
    ResidentAwaitsMail,
)
from streife.reports.tasks import tell_resident
from streife.roster import tasks as roster
from streife.roster.events import ComputationBegun
from streife.staff.events import AbsenceChanged, OfficerLeft
from streife.triage import tasks as triage
from streife.triage.actions import forget_words

REACTIONS: Mapping[type[Any], tuple[Reaction, ...]] = {
    ReportReceived: (lambda event: triage.propose.enqueue(event.report_id),),
    # At once, in the same transaction: erased is erased.
    ReportTextErased: (lambda event: forget_words(report_id=event.report_id, actor=triage.ACTOR),),
    SearchWordsErased: (lambda event: triage.tidy_search.enqueue(),),
    ReportObjected: (lambda event: triage.propose.enqueue(event.report_id),),
    IncidentOpened: (lambda event: triage.index_incident.enqueue(event.incident_id),),
    IncidentClosed: (lambda event: triage.answer_reports.enqueue(event.incident_id),),
    IncidentReopened: (lambda event: triage.take_up_reports.enqueue(event.incident_id),),
    IncidentsMerged: (
        lambda event: [tell_resident.enqueue(report, "merged") for report in event.report_ids],
    ),
    ReportLinked: (lambda event: tell_resident.enqueue(event.report_id, "merged"),),
    # Taken: closing the incident tells the reporters. Sent back: they are ours again.
    HandOverAnswered: (
        lambda event: event.accepted or triage.take_up_reports.enqueue(event.incident_id),
    ),
    RedactionBegun: (lambda event: evidence.search_faces.enqueue(event.redaction_id),),
    CutGranted: (lambda event: evidence.cut_part.enqueue(event.request_id),),
    CopyAsked: (lambda event: evidence.make_copy.enqueue(event.redaction_id),),
    PreviewAsked: (lambda event: evidence.make_preview.enqueue(event.preview_id),),
    HandOverAgreed: (lambda event: hand_overs.make_file.enqueue(event.hand_over_id),),
    # At once: what was noted about deleted footage is nobody's business any more.
    RecordingShredded: (
        lambda event: forget_work(ident=event.ident, actor=evidence.ACTOR),
        lambda event: hand_overs.drop_files.enqueue(event.ident),
    ),
    ComputationBegun: (lambda event: roster.compute.enqueue(event.plan_id, event.run),),
    OfficerLeft: (lambda event: roster.clear_left.enqueue(event.officer_id),),
    AbsenceChanged: (lambda event: roster.take_up.enqueue(event.officer_id),),
    PlanBegun: (lambda event: compute.enqueue(event.plan_id),),
    ResidentAwaitsMail: (lambda event: tell_resident.enqueue(event.report_id, event.occasion),),
}
