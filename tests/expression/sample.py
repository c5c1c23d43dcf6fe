"""One registry to ask expressions about: a model with two versions, people, an incident and what was done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from govops.expression import AnyResource, Facts, Programs, Question
from govops.history import Entry
from govops.history.deeds import Deed, Deeds
from govops.history.snapshot import File, Snapshot
from govops.kinds import Resource
from govops.kinds.custom import CustomKind, CustomResource, custom_kind
from govops.kinds.kind_definition import KindDefinition
from govops.yamlio import load
from tests.support import files

KEY = "ModelVersion/fraud/1.0"


def read(file: files.File) -> Resource:
    """A file as the kind that its path says."""
    path, data = file
    loaded = load(data, path=path)
    assert isinstance(loaded.resource, Resource), loaded.findings
    return loaded.resource


MODEL = read(files.model("fraud", risk_tier="high", links=[{"title": "Card", "url": "https://a.example/card"}]))
VERSION = read(files.version("fraud", "1.0", status="approved", metrics={"accuracy": 0.9, "custom": {"gini": 0.3}}))
_SHEETS = read(files.kind("DataSheet", "data/sheets"))
assert isinstance(_SHEETS, KindDefinition)
SHEETS: CustomKind = custom_kind(_SHEETS)
SHEET = CustomResource("DataSheet", "a", {"status": "here", "rows": 3})
_STANDING = (
    files.model("fraud", risk_tier="high", links=[{"title": "Card", "url": "https://a.example/card"}]),
    files.version("fraud", "1.0", status="approved", metrics={"accuracy": 0.9, "custom": {"gini": 0.3}}),
    files.version("fraud", "1.1"),
    files.deployment("staging", "fraud", "1.0"),
    files.user("alice"),
    files.user("bob"),
    files.incident("outage", resource=KEY, severity="critical"),
    files.incident("slow", resource="Model/fraud"),
)
DEEDS = (
    Deed(KEY, "model.register", "a", "2026-01-01T09:00:00Z", ("alice",)),
    Deed(KEY, "model.approve", "b", "2026-01-02T09:00:00Z", ("alice", "dave"), ("bob", "carol"), ("status",)),
    Deed(KEY, "model.update", "c", "2026-01-03T09:00:00Z", ("dave",), ("erin",), ("description",)),
    Deed("Deployment/staging/fraud", "model.deploy_staging", "d", "2026-01-04T09:00:00Z", ("alice",)),
    Deed("Deployment/staging/fraud", "model.update_deployment", "e", "2026-01-05T09:00:00Z", ("alice",)),
    Deed("Model/fraud", "model.register", "f", None, ("alice",), ("bob",), is_told=False),
)


def snapshot() -> Snapshot:
    """The registry."""
    found = Snapshot()
    for path, data in _STANDING:
        found.put(path, File(Entry("100644", path), read((path, data))))
    found.put("data/sheets/a.yaml", File(Entry("100644", "sheet")))
    return found


def facts(deeds: Deeds | None = None, standing: Snapshot | None = None) -> Facts:
    """What may be asked; with everything that was done, unless told otherwise."""

    def document(path: str) -> AnyResource | None:
        return SHEET if path == "data/sheets/a.yaml" else None

    return Facts(standing or snapshot(), Deeds(DEEDS) if deeds is None else deeds, lambda: (SHEETS,), document)


def question(programs: Programs, new: AnyResource | None, old: AnyResource | None = None, **values: Any) -> Question:
    """What rules are asked about a resource, at noon of the tenth of January."""
    data = programs.facts.data
    known: Mapping[str, Any] = {
        "resource": data.of(new).value if new else {},
        "old": data.of(old).value if old else {},
        "key": str(new.key) if new else "",
        "path": "registry/x.yaml",
        "time": datetime(2026, 1, 10, 12, tzinfo=UTC),
    }
    sides = {name: data.of(side) for name, side in (("old", old), ("new", new)) if side is not None}
    return programs.question({**known, **values}, **sides)
