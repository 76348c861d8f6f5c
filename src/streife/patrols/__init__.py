"""Patrols: need for presence, planning of rounds, their course and what came of them."""
