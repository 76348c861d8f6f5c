"""Everything that changes the roster."""

from streife.roster.actions.computing import (
    begin_computation,
    compute_plan,
    give_up_computation,
)
from streife.roster.actions.demand import (
    add_event_demand,
    add_hour_demand,
    drop_event_demand,
    end_hour_demand,
    set_weekly_demand,
)
from streife.roster.actions.editing import Edited, move_post, set_post, undo
from streife.roster.actions.equipping import set_equipment_need
from streife.roster.actions.exporting import note_export
from streife.roster.actions.feeds import make_feed, revoke_feed
from streife.roster.actions.importing import import_rules
from streife.roster.actions.kinds import set_shift_times
from streife.roster.actions.leaving import clear_after_leaving, clear_strangers
from streife.roster.actions.plans import begin_plan, drop_plan, publish_plan
from streife.roster.actions.recovering import give_back_gap, keep_gap, take_up_again
from streife.roster.actions.releasing import (
    release_and_compute,
    release_rule,
    withdraw_release,
)
from streife.roster.actions.sickness import call_in_sick, fill_gap, leave_gap
from streife.roster.actions.swaps import (
    decide_swap,
    end_swaps,
    offer_swap,
    read_swap_news,
    step_back_from_swap,
    take_swap,
    withdraw_swap,
)
from streife.roster.actions.tidying import tidy_roster
from streife.roster.actions.wishes import make_wish, withdraw_wish

__all__ = [
    "Edited",
    "add_event_demand",
    "add_hour_demand",
    "begin_computation",
    "begin_plan",
    "call_in_sick",
    "clear_after_leaving",
    "clear_strangers",
    "compute_plan",
    "decide_swap",
    "drop_event_demand",
    "drop_plan",
    "end_hour_demand",
    "end_swaps",
    "fill_gap",
    "give_back_gap",
    "give_up_computation",
    "import_rules",
    "keep_gap",
    "leave_gap",
    "make_feed",
    "make_wish",
    "move_post",
    "note_export",
    "offer_swap",
    "publish_plan",
    "read_swap_news",
    "release_and_compute",
    "release_rule",
    "revoke_feed",
    "set_equipment_need",
    "set_post",
    "set_shift_times",
    "set_weekly_demand",
    "step_back_from_swap",
    "take_swap",
    "take_up_again",
    "tidy_roster",
    "undo",
    "withdraw_release",
    "withdraw_swap",
    "withdraw_wish",
]
