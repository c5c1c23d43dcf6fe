"""Resources as files: each function gives (path, YAML bytes), complete and valid unless told otherwise."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from tests.support.cast import CAST, FORGE, FORGE_COMMITTER, RECORDER, ROLES, Person, public_line

REPOSITORY = "local:acme/ai-governance"
TRAILERS: dict[str, Any] = {  # what Settings may say of evidence
    "mode": "trailer",
    "accept": ["trailer"],
    "contributors": "claimed",
    "trailers": {"keys": ["Reviewed-by"], "committers": ["noreply@forge.example"]},
}
Content = bytes | tuple[str, bytes] | None  # bytes of a plain file, (mode, bytes), or None to delete
File = tuple[str, bytes]  # a plain file
Special = tuple[str, tuple[str, bytes]]  # a file with a mode of its own
Edit = tuple[str, Content]

# What each policy of the company is about; people, roles, policies and control files have a built-in demand.
FAMILIES = {
    "models": "model.*",
    "use-cases": "usecase.*",
    "incidents": "incident.*",
    "slas": "sla.*",
    "documents": "docs.change",
}
_PLAIN_KEY = re.compile(r"[A-Za-z_]{2,}")
_WORDS_OF_YAML = frozenset({"yes", "no", "on", "off", "true", "false", "null"})


def company(people: tuple[Person, ...] = CAST, settings_spec: Mapping[str, Any] | None = None) -> dict[str, Content]:
    """What a company adopts: Settings, roles, people, and one approval by an approver for each family."""
    return dict([settings(**(settings_spec or {})), *_staff(people)])


def settings(**spec: Any) -> File:
    """``policies/govops.yaml``; mappings given here are merged into the default ones."""
    defaults: dict[str, Any] = {
        "repository": REPOSITORY,
        "protected_branch": "main",
        "evidence_branch": "govops/evidence",
        "edition": "2026.1",
        "forge": {"type": FORGE, "committers": [FORGE_COMMITTER.split("<")[1].rstrip(">")]},
        "evidence": {"mode": "receipt", "accept": ["receipt", "signature"]},
        "recorders": [{"name": RECORDER, "key": public_line(RECORDER)}],
    }
    for key, value in spec.items():
        defaults[key] = {**defaults.get(key, {}), **value} if isinstance(value, Mapping) else value
    return _resource("policies/govops.yaml", "Settings", {"name": "acme"}, defaults)


def user(name: str, **spec: Any) -> File:
    """A person; one of the cast starts from what the cast says of them."""
    known = {person.name: person for person in CAST}
    return user_of(known.get(name, Person(name, name.title())), **spec)


def user_of(person: Person, **spec: Any) -> File:
    """A person's User file."""
    defaults = {
        "display_name": person.display_name,
        "type": person.type,
        "emails": list(person.emails),
        "accounts": [{"forge": person.forge, "id": account, "login": person.name} for account in person.accounts],
        "keys": [public_line(person.name)],
        "roles": list(person.roles),
        "active": True,
    }
    return _resource(f"registry/users/{person.name}.yaml", "User", {"name": person.name}, defaults | spec)


def role(name: str, **spec: Any) -> File:
    """A role of the five, or another one with ``permissions=[…]``."""
    defaults = {"description": f"Work of the {name}", "permissions": list(ROLES.get(name, ("audit:read",)))}
    return _resource(f"registry/roles/{name}.yaml", "Role", {"name": name}, defaults | spec)


def policy(name: str, *, actions: list[str], match: Mapping[str, Any] | None = None, **spec: Any) -> File:
    """An approval policy; by default one approval by somebody who holds ``approver``."""
    defaults = {
        "description": f"Who approves {name}",
        "match": {"actions": actions, **(match or {})},
        "approvals": [{"count": 1, "role": "approver"}],
    }
    return _resource(f"policies/approvals/{name}.yaml", "ApprovalPolicy", {"name": name}, defaults | spec)


def delegation(name: str, lender: str, to: str, roles: list[str], **spec: Any) -> File:
    """Roles lent for the year 2026."""
    defaults = {
        "from": lender,
        "to": to,
        "roles": roles,
        "starts": "2026-01-01T00:00:00Z",
        "until": "2027-01-01T00:00:00Z",
    }
    return _resource(f"policies/delegations/{name}.yaml", "Delegation", {"name": name}, defaults | spec)


def rule(name: str, expression: str, *, kinds: tuple[str, ...] = ("Model",), **spec: Any) -> File:
    """A rule of the company's own, about models unless told otherwise; no ``kinds`` for the registry as a whole."""
    defaults = {
        "description": f"Why {name} matters",
        "scope": "resource" if kinds else "snapshot",
        **({"match": {"kinds": list(kinds)}} if kinds else {}),
        "expression": expression,
        "message": f"{name} is not kept",
        "severity": "high",
    }
    return _resource(f"policies/rules/{name}.yaml", "Rule", {"name": name}, defaults | spec)


def waiver(name: str, **spec: Any) -> File:
    """Alice's waiver of an approval for every model, until the end of March 2026."""
    defaults = {
        "rules": ["not-approved"],
        "scope": {"path": "registry/models/**"},
        "reason": "Nobody is there to review",
        "owner": "alice",
        "expires": "2026-03-31T00:00:00Z",
    }
    return _resource(f"policies/waivers/{name}.yaml", "Waiver", {"name": name}, defaults | spec)


def ratification(name: str, *changes: str, **spec: Any) -> File:
    """Accepts what was found against these changes."""
    defaults = {"changes": list(changes), "reason": "The content was good, and nobody was there to review it"}
    return _resource(f"policies/ratifications/{name}.yaml", "Ratification", {"name": name}, defaults | spec)


def model(name: str, **spec: Any) -> File:
    """A model; ``title`` stands first and ``license`` last, so edits of the two merge cleanly."""
    defaults = {
        "title": f"The {name} model",
        "purpose": f"Scores {name}",
        "owner": "alice",
        "risk_tier": "medium",
        "intended_use": "Support for a human decision",
        "out_of_scope_use": ["Decisions without a human"],
        "license": "proprietary",
    }
    return _resource(f"registry/models/{name}/model.yaml", "Model", {"name": name}, defaults | spec)


def version(of: str, number: str, **spec: Any) -> File:
    """A version of a model, ``registered`` by default."""
    defaults = {
        "description": f"Version {number}",
        "status": "registered",
        "source": {"repository": f"https://git.acme.example/{of}", "commit": _hex(of, number)[:40]},
        "training_data": {"digest": digest(of, "data"), "description": "Last year's cases"},
        "hyperparameters": {"trees": 100, "bootstrap": True},
        "artifact": {"uri": f"s3://models/{of}/{number}", "digest": digest(of, number), "size_bytes": 1024},
        "metrics": {"accuracy": 0.9},
    }
    path = f"registry/models/{of}/versions/{number}.yaml"
    return _resource(path, "ModelVersion", {"name": of, "version": number}, defaults | spec)


def deployment(environment: str, of: str, number: str, **spec: Any) -> File:
    """What runs in an environment."""
    defaults = {"environment": environment, "version": number, "deployment_id": f"{environment}-{of}-{number}"}
    return _resource(f"registry/deployments/{environment}/{of}.yaml", "Deployment", {"name": of}, defaults | spec)


def usecase(name: str, **spec: Any) -> File:
    """A use case in ``draft`` with no models."""
    defaults = {
        "title": f"Use of {name}",
        "description": f"What {name} is for",
        "owner": "alice",
        "impact": "medium",
        "status": "draft",
        "models": [],
    }
    return _resource(f"registry/use-cases/{name}.yaml", "UseCase", {"name": name}, defaults | spec)


def incident(name: str, **spec: Any) -> File:
    """An open incident."""
    defaults = {
        "category": "performance",
        "severity": "warning",
        "title": f"Incident {name}",
        "description": "Scores drift",
        "resource": "Model/fraud",
        "affected_count": 1,
        "reported": {"by": "dave", "at": "2026-01-05T09:00:00Z"},
    }
    return _resource(f"registry/incidents/{name}.yaml", "Incident", {"name": name}, defaults | spec)


def sla(name: str, **spec: Any) -> File:
    """A promise about the model ``fraud``."""
    defaults = {
        "resource": "Model/fraud",
        "objectives": [{"metric": "availability_percent", "target": 99.5}],
        "window": {"kind": "rolling", "days": 30},
        "at_risk": 80,
        "source": {"type": "file", "files": ["measurements.csv"]},
    }
    return _resource(f"registry/slas/{name}.yaml", "ServiceLevelAgreement", {"name": name}, defaults | spec)


def violation(of: str, name: str, **spec: Any) -> File:
    """A month in which the promise was not kept."""
    defaults = {
        "sla": of,
        "objective": "availability_percent",
        "window": {"start": "2026-01-01T00:00:00Z", "end": "2026-02-01T00:00:00Z"},
        "target": 99.5,
        "actual": 98.0,
    }
    return _resource(f"registry/slas/{of}/violations/{name}.yaml", "SlaViolation", {"name": name}, defaults | spec)


def escalation(name: str, *steps: tuple[int, list[str]], **applies_to: Any) -> File:
    """Whom to tell after so many minutes, of incidents and violations unless told otherwise."""
    spec = {
        "applies_to": {"kinds": ["Incident", "SlaViolation"]} | applies_to,
        "steps": [{"after_minutes": minutes, "notify": notify} for minutes, notify in steps],
    }
    return _resource(f"policies/escalations/{name}.yaml", "EscalationRule", {"name": name}, spec)


def kind(name: str, folder: str, **spec: Any) -> File:
    """A kind of the company's own: bare documents with a ``status`` below ``folder``."""
    defaults = {
        "kind": name,
        "path": f"{folder}/{{name}}.yaml",
        "envelope": False,
        "schema": {"type": "object", "properties": {"status": {"type": "string"}}},
    }
    return _resource(f"policies/kinds/{name.lower()}.yaml", "KindDefinition", {"name": name.lower()}, defaults | spec)


def readme(path: str, text: str) -> File:
    """A document in a place where documents may stand."""
    return path, text.encode()


def delete(*paths: str) -> dict[str, Content]:
    """Edits that remove files."""
    return dict.fromkeys(paths)


def symlink(path: str, target: bytes) -> Special:
    """A symbolic link; its blob is the target."""
    return path, ("120000", target)


def executable(file: File) -> Special:
    """The same content with the executable bit."""
    path, content = file
    return path, ("100755", content)


def digest(*parts: str) -> str:
    """A digest that stands for the parts."""
    return f"sha256:{_hex(*parts)}"


def yaml_text(value: Mapping[str, Any]) -> bytes:
    """Block YAML with every string in double quotes, so that no reader guesses a type."""
    return "".join(f"{line}\n" for line in _mapping(value)).encode()


@cache
def _staff(people: tuple[Person, ...]) -> tuple[File, ...]:
    files = [role(name) for name in ROLES if name != "auditor"]
    files.append(role("auditor", conflicts=["operator", "approver", "admin"]))
    files += [user_of(person) for person in people]
    return (*files, *(policy(name, actions=[glob]) for name, glob in FAMILIES.items()))


def _resource(path: str, kind: str, metadata: Mapping[str, Any], spec: Mapping[str, Any]) -> File:
    kept = {key: value for key, value in spec.items() if value is not None}
    return path, yaml_text({"apiVersion": "govops/v1", "kind": kind, "metadata": metadata, "spec": kept})


def _hex(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _mapping(value: Mapping[str, Any]) -> Iterator[str]:
    for key, item in value.items():
        plain = _PLAIN_KEY.fullmatch(key) and key.lower() not in _WORDS_OF_YAML
        name = key if plain else json.dumps(key, ensure_ascii=False)
        if isinstance(item, (Mapping, list, tuple)) and item:
            yield f"{name}:"
            yield from (f"  {line}" for line in _block(item))
        else:
            yield f"{name}: {_scalar(item)}"


def _block(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from _mapping(value)
        return
    for item in value:
        lines = list(_block(item)) if isinstance(item, (Mapping, list, tuple)) and item else [_scalar(item)]
        yield f"- {lines[0]}"
        yield from (f"  {line}" for line in lines[1:])


def _scalar(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, (list, tuple)):
        return "[]"
    return json.dumps(value, ensure_ascii=False)


def segregation(name: str = "independence", **spec: Any) -> File:
    """What is to be kept apart; strict unless told otherwise."""
    defaults = {"description": "Nobody checks their own work", "enforcement": "strict"}
    path = f"policies/segregation/{name}.yaml"
    return _resource(path, "SegregationOfDuties", {"name": name}, defaults | spec)


def framework(name: str, *clauses: dict[str, Any], **spec: Any) -> File:
    """A standard of the house with these clauses."""
    defaults = {"title": f"The {name} standard", "version": "1", "clauses": list(clauses)}
    return _resource(f"policies/frameworks/{name}.yaml", "Framework", {"name": name}, defaults | spec)


def clause(id: str, **spec: Any) -> dict[str, Any]:
    """One requirement of a framework."""
    return {"id": id, "summary": f"What {id} asks", **spec}


def duty(did: str, *actions: str, fields: list[str] | None = None) -> dict[str, Any]:
    """A part that somebody takes in a change."""
    return {"did": did, "actions": list(actions), **({"fields": fields} if fields else {})}


def conflict(first: dict[str, Any], second: dict[str, Any], scope: str = "model") -> dict[str, Any]:
    """Two duties that nobody may take both."""
    return {"first": first, "second": second, "scope": scope, "reason": "Nobody checks their own work"}


def policy_test(name: str, *cases: Mapping[str, Any], change: Mapping[str, Any] | None = None) -> File:
    """Cases that the policies are tried with, and the change of those that have none of their own."""
    spec = {"change": change, "cases": list(cases)}
    return _resource(f"policies/tests/{name}.yaml", "PolicyTest", {"name": name}, spec)


def case(name: str, status: str, *approvers: str, **more: Any) -> dict[str, Any]:
    """A case with plain approvals; ``rules``, ``counted``, ``change`` and ``approvals`` may be given."""
    expect: dict[str, Any] = {"status": status}
    expect |= {key: more.pop(key) for key in ("rules", "counted") if key in more}
    given = [*({"person": one} for one in approvers), *more.pop("approvals", ())]
    return {"name": name, "approvals": given, "expect": expect, **more}
