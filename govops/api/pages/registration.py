"""The one call that puts the pages into somebody's application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, Flask

from govops.api.doors import Doors
from govops.api.pages import audit_log, changes, incidents, models, overview, people, proposals, report, slas, use_cases
from govops.api.pages.asking import Asked
from govops.api.pages.blueprint import Route, pages_blueprint
from govops.api.pages.shelf import Shelf, shelf
from govops.api.pages.views import Page, Standing
from govops.app.access import in_force
from govops.app.governance import Site
from govops.errors import UsageError

PREFIX = "/governance"
_Made = tuple[Page, Standing | None]


def register_governance_pages(
    app: Flask, *, site: Site, doors: Doors, url_prefix: str = PREFIX, name: str = "governance_pages"
) -> Blueprint:
    """Add the pages of a site below ``url_prefix``, and nothing else; the site needs an index.

    Nothing of the application's own is changed: routes, error handlers, configuration. Without a store there is no
    audit log. ``name`` tells several of one application apart. UsageError for a site without an index.
    """
    if not site.index:
        raise UsageError("the pages need an index", hint="give the site the address of a database")

    def repository() -> str:
        return in_force(site.repository).repository

    discreet = site.environment.get("GOVOPS_EMAILS") == "hidden"
    made = pages_blueprint(routes(site), repository=repository, doors=doors, name=name, discreet=discreet)
    app.register_blueprint(made, url_prefix=url_prefix)
    return made


def routes(site: Site) -> tuple[Route, ...]:
    """Every page, in the order of the menu."""

    def read(make: Callable[[Shelf], Page]) -> Callable[[Asked], _Made]:
        def made(asked: Asked) -> _Made:
            with shelf(site, asked) as found:
                page = make(found)
                return page, found.standing if page.is_dated else replace(found.standing, as_of="")

        return made

    def logged(asked: Asked) -> _Made:
        return audit_log.audit_log(site, asked), None

    def reported(asked: Asked) -> _Made:
        return report.report(site, asked)

    log = (Route("/audit-log", "audit_log", logged, "Audit log"),) if site.store else ()
    return (
        Route("/", "overview", read(overview.overview), "Overview"),
        Route("/models", "models", read(models.models), "Models"),
        Route("/models/<model>", "model", read(models.model)),
        Route("/models/<model>/versions/<version>", "version", read(models.version)),
        Route("/use-cases", "use_cases", read(use_cases.use_cases), "Use cases"),
        Route("/use-cases/<name>", "use_case", read(use_cases.use_case)),
        Route("/proposals", "proposals", read(proposals.proposals), "Proposals"),
        Route("/proposals/<id>", "proposal", read(proposals.proposal)),
        Route("/changes", "changes", read(changes.changes), "Changes"),
        Route("/changes/<id>", "change", read(changes.change)),
        Route("/findings", "findings", read(changes.findings)),
        Route("/incidents", "incidents", read(incidents.incidents), "Incidents"),
        Route("/incidents/<name>", "incident", read(incidents.incident)),
        Route("/slas", "slas", read(slas.agreements), "SLAs"),
        Route("/slas/<name>", "sla", read(slas.agreement)),
        Route("/people", "people", read(people.everybody), "People"),
        Route("/people/<name>", "person", read(people.person)),
        *log,
        Route("/report", "report", reported, "Report"),
    )
