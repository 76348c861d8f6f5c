"""Pages about the people of the service."""
