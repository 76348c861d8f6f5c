"""What people and the software do with patrol plans."""

from streife.patrols.actions.editing import Edited, add_stop, drop_stop, lock_stop, move_stop
from streife.patrols.actions.outside import be_here, leave_here
from streife.patrols.actions.preparing import (
    INTERRUPTED,
    compute_plan,
    give_up_plan,
    prepare_plan,
)
from streife.patrols.actions.presence import check_in, check_out, count_presence, tidy_presence
from streife.patrols.actions.publishing import (
    choose_other,
    discard_plan,
    publish_plan,
    revise_plan,
)
from streife.patrols.actions.replanning import replan
from streife.patrols.actions.teams import drop_team, keep_team, meet_team, propose_teams
from streife.patrols.actions.undoing import take_back
from streife.patrols.actions.wishes import WishDraft, make_wish, withdraw_wish

__all__ = [
    "INTERRUPTED",
    "Edited",
    "WishDraft",
    "add_stop",
    "be_here",
    "check_in",
    "check_out",
    "choose_other",
    "compute_plan",
    "count_presence",
    "discard_plan",
    "drop_stop",
    "drop_team",
    "give_up_plan",
    "keep_team",
    "leave_here",
    "lock_stop",
    "make_wish",
    "meet_team",
    "move_stop",
    "prepare_plan",
    "propose_teams",
    "publish_plan",
    "replan",
    "revise_plan",
    "take_back",
    "tidy_presence",
    "withdraw_wish",
]
