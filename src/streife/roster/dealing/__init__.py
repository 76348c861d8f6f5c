"""What the software tries around the search: a lawful start, days that change hands, gaps filled.

Works on `solver.problem` and is judged by the evaluator alone (ADR 51).
"""
