"""Transparency log in plain Python: RFC 9162 trees, C2SP signed notes and checkpoints."""
