"""Names of the columns of the tables in `layout`, by table.

Few wide tables instead of many narrow arrays: every array handed to a compiled function costs time
at each call.
"""

# Data.node: stops 0 … n-1, then breaks
N_PLACE, N_OPENS, N_CLOSES, N_WINDOW, N_WINDOWS, N_DWELL, N_DWELLS, N_NEEDED = range(8)
N_SERIES, N_SKILLS = 8, 9
NODE_COLUMNS = 10

# Data.dwell: length, value with the bonus of mandatory stops, value as the plan counts it
D_SECONDS, D_WORTH, D_VALUE = range(3)

# Data.series; two columns of one name bound a range in another table
S_SPACING, S_FACTOR, S_FACTORS, S_MEMBER, S_MEMBERS, S_PAST, S_PASTS = range(7)

# Data.team
T_START, T_END, T_BEGINS, T_ENDS, T_MODE, T_BREAK, T_BREAKS, T_ABLE = range(8)

# State.row: a position of a route. TABLE: travel table for leaving here; LATE: arriving later is
# surely too late for the rest of the route; SAFE: arriving no later is surely in time.
NODE, DWELL, ARRIVE, BEGIN, LEAVE, LATE, SAFE, PLACE, TABLE = range(9)
ROW_COLUMNS = 9

# State.node: route (or ABSENT, DONE), bounds of the beginning as they are now, the beginning
W_ROUTE, W_OPENS, W_CLOSES, W_BEGINS = range(4)
ABSENT, DONE = -1, -2

# State.team; one more row holds the last version given
V_SIZE, V_VERSION, V_USABLE = range(3)

# Desk.place: seconds the rest of the route is reached later, position, version of the route
C_COST, C_SPOT, C_STAMP = range(3)
