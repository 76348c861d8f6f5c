"""Pages and streams of the vault."""
