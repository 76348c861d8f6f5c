"""Making the file of a hand-over: takes as long as the recording is large."""

from django_tasks import task

from streife.accounts.rules import system
from streife.evidence.export import actions
from streife.kernel.clock import now


@task()
def make_file(hand_over_id: int) -> str:
    """Make the file and return the stage; safe to run twice."""
    done = actions.make_file(hand_over_id=hand_over_id, actor=system("evidence"), now=now())
    return str(done.stage)


@task()
def drop_files(recording_ident: str) -> int:
    """Remove what waits for recipients of a recording that is gone."""
    return actions.drop_files(recording_ident=recording_ident)
