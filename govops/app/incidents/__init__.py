"""Incidents: report one at once, answer, correct and close it by proposals, and list what there is."""

from __future__ import annotations

from govops.app.incidents.changing import Changed, Update, resolve, update
from govops.app.incidents.listing import Filter, incidents
from govops.app.incidents.reporting import Reported, Wanted, report

__all__ = ["Changed", "Filter", "Reported", "Update", "Wanted", "incidents", "report", "resolve", "update"]
