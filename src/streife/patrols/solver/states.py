"""Changing a plan by hand: room in a route, copies, the empty plan."""

from streife.patrols.solver.columns import (
    ABSENT,
    DWELL,
    N_CLOSES,
    N_OPENS,
    NODE,
    V_SIZE,
    V_VERSION,
    W_CLOSES,
    W_OPENS,
    W_ROUTE,
)
from streife.patrols.solver.compiling import compiled
from streife.patrols.solver.layout import Data, Ints, State


@compiled
def copy_rows(source: Ints, target: Ints, rows: int) -> None:
    """Copy the first rows of a table."""
    for row in range(rows):
        for column in range(source.shape[1]):
            target[row, column] = source[row, column]


@compiled
def copy_state(source: State, target: State) -> None:
    """Make `target` the same plan as `source`; the version counter keeps counting up."""
    counter = max(target.team[-1, V_VERSION], source.team[-1, V_VERSION])
    for team in range(source.row.shape[0]):
        if target.team[team, V_VERSION] != source.team[team, V_VERSION]:
            copy_rows(source.row[team], target.row[team], source.team[team, V_SIZE] + 2)
    copy_rows(source.team, target.team, source.team.shape[0])
    copy_rows(source.node, target.node, source.node.shape[0])
    target.team[-1, V_VERSION] = counter


@compiled
def insert_node(state: State, team: int, position: int, node: int, dwell: int) -> None:
    """Put a node into a route; the caller calls `refresh` when done."""
    row = state.row[team]
    for p in range(state.team[team, V_SIZE], position - 1, -1):
        row[p + 1, NODE], row[p + 1, DWELL] = row[p, NODE], row[p, DWELL]
    row[position, NODE], row[position, DWELL] = node, dwell
    state.team[team, V_SIZE] += 1


@compiled
def remove_node(state: State, team: int, position: int) -> None:
    """Take a position out of a route; the caller calls `refresh` when done."""
    row = state.row[team]
    for p in range(position, state.team[team, V_SIZE]):
        row[p, NODE], row[p, DWELL] = row[p + 1, NODE], row[p + 1, DWELL]
    state.team[team, V_SIZE] -= 1


@compiled
def forget(data: Data, state: State, stop: int) -> None:
    """Mark a stop as in no route, with its own windows again."""
    state.node[stop, W_ROUTE] = ABSENT
    state.node[stop, W_OPENS] = data.node[stop, N_OPENS]
    state.node[stop, W_CLOSES] = data.node[stop, N_CLOSES]
