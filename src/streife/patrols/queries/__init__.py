"""Reads of patrol planning: plans, routes, need, presence, wishes."""

from streife.patrols.queries.crew import CrewRoute, CrewStop, crew_geojson, crew_route

__all__ = ["CrewRoute", "CrewStop", "crew_geojson", "crew_route"]
