"""What the software tries before the solver searches: a lawful start, then days change hands.

Works on `solver.problem` and is judged by the evaluator alone (ADR 51).
"""
