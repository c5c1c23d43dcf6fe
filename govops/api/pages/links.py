"""Links to the pages about single things."""

from __future__ import annotations

import re

from govops.api.pages.values import NOTHING, Link, Value

HOME = Link("overview", "Overview")
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+-]{0,62}")
_PAGES = {"UseCase": "use_case", "User": "person", "Incident": "incident", "ServiceLevelAgreement": "sla"}


def model_link(name: str) -> Link:
    """To the page about a model."""
    return Link("model", name, {"model": name})


def version_link(model: str, version: str) -> Link:
    """To the page about a version."""
    return Link("version", version, {"model": model, "version": version})


def use_case_link(name: str) -> Link:
    """To the page about a use case."""
    return Link("use_case", name, {"name": name})


def proposal_link(id: str, title: str) -> Link:
    """To the page about a proposal."""
    return Link("proposal", title or id, {"id": id})


def resource_link(name: str) -> Value:
    """``Model/fraud-screen`` as a link to its page, where there is one."""
    kind, *parts = name.split("/")
    if not all(_NAME.fullmatch(part) for part in parts):
        return name or NOTHING
    match kind, parts:
        case "ModelVersion", [model, version]:
            return Link("version", name, {"model": model, "version": version})
        case ("Model", [model]) | ("Deployment", [_, model]):
            return Link("model", name, {"model": model})
        case _, [one] if kind in _PAGES:
            return Link(_PAGES[kind], name, {"name": one})
    return name
