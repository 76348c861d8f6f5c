"""Duty rosters beside plain CP-SAT and plain HiGHS on public instances, and the demo month."""
