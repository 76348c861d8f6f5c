"""Reproducible measurements; figures belong into docs/performance.md."""
