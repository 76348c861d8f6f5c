"""Parts of `benchmarks.evidence`: what the vault promises, measured."""
