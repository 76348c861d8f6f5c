"""Work on footage that takes longer than a page may. Arguments are ids; safe to run twice."""

from django_tasks import task

from streife.accounts.rules import system
from streife.evidence.actions import copying, cutting, previews, searching
from streife.kernel.clock import now

ACTOR = system("evidence")


@task()
def search_faces(redaction_id: int) -> None:
    """Look for faces; begun again it goes on where it was."""
    searching.search_faces(redaction_id=redaction_id, actor=ACTOR, clock=now)


@task()
def make_copy(redaction_id: int) -> None:
    """Write a redacted copy and look at it again."""
    copying.make_copy(redaction_id=redaction_id, actor=ACTOR, clock=now)


@task()
def cut_part(request_id: int) -> None:
    """Write the copy without a part, then delete the original."""
    cutting.cut_part(request_id=request_id, actor=ACTOR, clock=now)


@task()
def make_preview(preview_id: int) -> None:
    """Write a small preview of a redaction."""
    previews.make_preview(preview_id=preview_id, actor=ACTOR, clock=now)
