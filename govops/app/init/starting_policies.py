"""The approval policies of a new repository: every action needs one other person, and incidents never wait."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# name: (what it is for, actions, permission of the one who approves)
_ONE_APPROVAL: dict[str, tuple[str, tuple[str, ...], str]] = {
    "model-registration": (
        "Registering a model or a version. One colleague reads it.",
        ("model.register",),
        "model:register",
    ),
    "models": (
        "Whether a model or a version is fit for use, and what is said of it.",
        ("model.approve", "model.reject", "model.deprecate", "model.update", "model.delete"),
        "model:approve",
    ),
    "deployments": (
        "What runs in staging and in production.",
        ("model.deploy_staging", "model.deploy_production", "model.update_deployment", "model.undeploy"),
        "model:deploy",
    ),
    "rollback": ("Going back to a version that has run before.", ("model.rollback",), "model:rollback"),
    "use-case-drafting": (
        "Drafting, submitting and wording of use cases.",
        ("usecase.create", "usecase.submit", "usecase.return", "usecase.update"),
        "usecase:create",
    ),
    "use-cases": (
        "Whether a use case is allowed, live or at its end.",
        ("usecase.approve", "usecase.deploy", "usecase.deprecate", "usecase.archive", "usecase.delete"),
        "usecase:approve",
    ),
    "incident-handling": (
        "Correcting, closing and removing incidents.",
        ("incident.update", "incident.resolve", "incident.delete"),
        "incident:resolve",
    ),
    "service-levels": ("Promises about service levels, and the record of broken ones.", ("sla.*",), "sla:manage"),
    "people": ("People, and the roles that they hold.", ("user.*", "role.assign", "role.revoke"), "user:manage"),
    "roles": (
        "What a role may do.",
        ("role.create", "role.update", "role.delete", "permission.change"),
        "role:manage",
    ),
    "policies": ("The rules themselves.", ("policy.change",), "policy:change"),
    "control-files": ("Files that steer git and the forge.", ("control.change",), "policy:change"),
    "documentation": ("The README files beside the register.", ("docs.change",), "audit:read"),
}


def starting_policies() -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, spec) of each policy."""
    for name, (description, actions, permission) in _ONE_APPROVAL.items():
        yield (
            name,
            {
                "description": description,
                "match": {"actions": list(actions)},
                "approvals": [{"count": 1, "permission": permission}],
            },
        )
    yield (
        "incident-report",
        {
            "description": "Anybody may report an incident at any time.",
            "match": {"actions": ["incident.report"]},
            "approvals": "none",
            "reason": "A report that waits for an approval comes too late. It can be corrected afterwards.",
        },
    )
