"""Pages of patrol planning: HTML first; what moves by script can also be typed."""
