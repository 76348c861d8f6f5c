"""Where the shared instances lie and where results go."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
RESULTS = ROOT / "build" / "roster" / "results.jsonl"
