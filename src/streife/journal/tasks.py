"""What a page lets run behind its back; safe to run twice."""

from django_tasks import task

from streife.journal import actions
from streife.kernel.actors import Operator
from streife.kernel.clock import now


@task()
def check_all(actor_ref: str) -> bool:
    """Check the whole record on behalf of somebody and say whether it is sound."""
    return not actions.verify(actor=Operator(actor_ref), now=now()).defects
