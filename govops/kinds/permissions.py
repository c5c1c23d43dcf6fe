"""The closed list of permissions, and what each allows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from govops.kinds.paths import PATTERNS

PermissionName = Literal[
    "model:register",
    "model:approve",
    "model:deploy",
    "model:rollback",
    "usecase:create",
    "usecase:approve",
    "usecase:deploy",
    "usecase:deprecate",
    "user:manage",
    "role:manage",
    "permission:manage",
    "sla:manage",
    "incident:report",
    "incident:resolve",
    "audit:read",
    "compliance:report",
    "policy:change",
    "system:config",
]
Everything = Literal["*"]
Grant = Literal[PermissionName, Everything]

PERMISSIONS: dict[PermissionName, str] = {
    "model:register": "add models and versions, and change what is said of them",
    "model:approve": "approve or reject a model version, and review a model again",
    "model:deploy": "put an approved version into staging or production",
    "model:rollback": "return an environment to a version that ran there before",
    "usecase:create": "draft a use case, change it and submit it",
    "usecase:approve": "approve a use case or send it back",
    "usecase:deploy": "declare an approved use case live",
    "usecase:deprecate": "deprecate or archive a use case",
    "user:manage": "add people, change their addresses, accounts and keys, and make them inactive",
    "role:manage": "change roles and who holds them",
    "permission:manage": "change which permissions a role carries",
    "sla:manage": "change service level agreements and acknowledge violations",
    "incident:report": "report an incident",
    "incident:resolve": "resolve an incident",
    "audit:read": "read audit reports",
    "compliance:report": "make compliance reports",
    "policy:change": "change policies and control files",
    "system:config": "change the settings of govops itself",
}


NOUNS = frozenset(
    {permission.split(":")[0] for permission in PERMISSIONS}
    | {kind.lower() for kind in PATTERNS}
    | {"control", "docs", "settings"}
)
"""The first words of govops' own actions, which no kind of a user's own may borrow."""


def grants(held: Iterable[str], needed: str) -> bool:
    """Whether a role's permissions contain the one that is needed; ``*`` contains each."""
    return any(permission in ("*", needed) for permission in held)
