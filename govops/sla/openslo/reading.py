"""Documents of OpenSLO -> agreements to propose. Whatever cannot be kept as it is meant is left out, and listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from govops.sla.openslo.parts import Part, UnsayableError, Words, part_of
from govops.sla.openslo.words import LABEL, VERSION

_KINDS = ("Service", "SLI", "DataSource", "SLO")


@dataclass(frozen=True, slots=True)
class Given:
    """What OpenSLO does not say and an agreement needs: what a ``service`` is here (``Kind/name``), the name of the
    connection where none is named, and ``at_risk`` in percent.
    """

    services: Mapping[str, str] = field(default_factory=dict)
    connection: str | None = None
    at_risk: float = 80


@dataclass(frozen=True, slots=True)
class Draft:
    """An agreement as it would be written."""

    name: str
    spec: Mapping[str, Any]
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Imported:
    """The agreements, by name; ``unsaid`` is what of the documents none of them says."""

    drafts: tuple[Draft, ...]
    unsaid: tuple[str, ...] = ()


def imported(documents: Iterable[Mapping[str, Any]], given: Given) -> Imported:
    """SLOs that have the label ``sla`` in common are objectives of one agreement; any other is one of its own."""
    found = list(documents)
    words = Words(
        services={**dict(_services(found)), **given.services},
        indicators={_name(one): one for one in found if one.get("kind") == "SLI"},
        types={_name(one): str(_dict(one, "spec").get("type", "")) for one in found if one.get("kind") == "DataSource"},
        connection=given.connection,
    )
    unsaid, groups = list(_left(found)), dict[str, list[Part]]()
    for one in (one for one in found if one.get("kind") == "SLO" and one.get("apiVersion") == VERSION):
        try:
            part, lost = part_of(one, words)
        except UnsayableError as reason:
            unsaid.append(f"SLO `{_name(one)}` is left out: {reason}")
        else:
            unsaid += [f"SLO `{_name(one)}`: {reason}" for reason in lost]
            groups.setdefault(part.agreement, []).append(part)
    drafts = [_draft(name, parts, given, unsaid) for name, parts in sorted(groups.items())]
    return Imported(tuple(drafts), tuple(dict.fromkeys(unsaid)))


def _draft(name: str, parts: list[Part], given: Given, unsaid: list[str]) -> Draft:
    """One agreement of all parts that agree with the first."""
    first, objectives, source = parts[0], [parts[0].objective], parts[0].source
    for part in parts[1:]:
        joined = _joined(source, part.source)
        same = (part.resource, part.window) == (first.resource, first.window)
        known = [one["metric"] for one in objectives]
        if joined is None or not same or part.objective["metric"] in known:
            what = "objective" if same and joined is not None else "resource, window or source"
            unsaid.append(f"SLO `{part.slo}` is left out: its {what} is at odds with that of `{first.slo}`")
            continue
        source = joined
        objectives.append(part.objective)
    labels = {key: text for key, text in first.labels.items() if key != LABEL}
    spec = {
        "resource": first.resource,
        "objectives": objectives,
        "window": first.window,
        "at_risk": given.at_risk,
        "source": source,
    }
    return Draft(name, spec, labels)


def _joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any] | None:
    """A source with the queries of both; None where they differ."""
    here, there = one.get("queries", {}), other.get("queries", {})
    same = {**one, "queries": None} == {**other, "queries": None}
    if not same or any(here.get(column, query) != query for column, query in there.items()):
        return None
    return {**one, "queries": {**here, **there}} if here else dict(one)


def _services(documents: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """A Service whose description is the name of a resource."""
    for one in documents:
        description = _dict(one, "spec").get("description")
        if one.get("kind") == "Service" and isinstance(description, str) and "/" in description:
            yield _name(one), description


def _left(documents: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for one in documents:
        kind, version = str(one.get("kind", "")), str(one.get("apiVersion", ""))
        if version != VERSION:
            yield f"{kind} `{_name(one)}` is left out: it is of `{version}`, not of `{VERSION}`"
        elif kind not in _KINDS:
            yield f"{kind} `{_name(one)}`: alerts and whom they tell are EscalationRules here"
        elif kind == "DataSource" and _dict(one, "spec").get("connectionDetails"):
            yield f"DataSource `{_name(one)}`: its connectionDetails; addresses stand in Settings, secrets nowhere"


def _name(document: Mapping[str, Any]) -> str:
    return str(_dict(document, "metadata").get("name", ""))


def _dict(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = document.get(key)
    return found if isinstance(found, dict) else {}
