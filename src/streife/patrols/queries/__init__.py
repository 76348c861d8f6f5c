"""Reads of patrol planning: plans, routes, need, presence, wishes."""

from streife.patrols.queries.crew import CrewRoute, CrewStop, crew_geojson, crew_route
from streife.patrols.queries.nearby import NearPlace, open_stay, places_near

__all__ = [
    "CrewRoute",
    "CrewStop",
    "NearPlace",
    "crew_geojson",
    "crew_route",
    "open_stay",
    "places_near",
]
