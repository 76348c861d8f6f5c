"""Reads of patrol planning: plans, routes, need, presence, wishes."""
