"""Planning of patrols: team orienteering with time windows, our own code (ADR 40)."""
