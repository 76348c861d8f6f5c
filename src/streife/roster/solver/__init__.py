"""Duty rosters: legal first, then cover, fairness, wishes, stability (ADR 50). Our own code.

`problem` holds the words, `solve` finds rosters, `evaluate` judges them and shares no code with it.
"""
