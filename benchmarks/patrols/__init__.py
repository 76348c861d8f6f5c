"""`make bench-patrols`: the patrol planner beside PyVRP, OR-Tools and VROOM on public instances."""
