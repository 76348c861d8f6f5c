"""What of a judgement somebody may read.

A finding says more than that a plan is wrong: who is under 18 or at school, how many hours a
contract has, by which law somebody works, what was wished for. That is for whoever plans, for
whoever may see terms, and for the person.
"""

from collections.abc import Iterator
from dataclasses import replace

from streife.accounts.rules import Actor
from streife.roster.queries.judging import Judged, Line
from streife.roster.sentences import somebody_text
from streife.roster.solver.problem import Stage
from streife.staff import queries as staff


def told_to(actor: Actor, judged: Judged) -> Judged:
    """Return a judgement as the actor may read it: of others only that there is something."""
    if actor.may("roster.change"):
        return judged
    own = staff.officer_of(actor.user_id)
    me = own.pk if own is not None else None
    return replace(judged, lines=tuple(_told(judged, me, terms=actor.may("staff.view_terms"))))


def _told(judged: Judged, me: int | None, *, terms: bool) -> Iterator[Line]:
    for line in judged.lines:
        mine = line.officer in (None, me)
        if mine or (terms and line.stage != Stage.WISHES):
            yield line
        elif line.hard:
            yield Line(somebody_text(), "", line.stage, True, None, None, "")
        elif line.stage != Stage.WISHES:
            yield replace(line, text="", norm="", officer=None, day=None)
