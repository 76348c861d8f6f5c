"""The demo city: people, one synthetic year, and a shift that is on duty now."""
