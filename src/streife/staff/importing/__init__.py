"""People from CSV and Excel: reading files, understanding cells; nothing is dropped silently."""
