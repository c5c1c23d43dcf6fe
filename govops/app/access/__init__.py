"""Who is asking, and whether the rules in force let them: by the rules that stand at the protected branch's tip."""

from govops.app.access.authentication import Doors, authenticate
from govops.app.access.config import AccessOptions
from govops.app.access.limits import Allowance, Limits
from govops.app.access.logbook import Logged, log, logged
from govops.app.access.minting import Minted, mint, revoke, tokens
from govops.app.access.oidc import Issuer, Issuers
from govops.app.access.once import Once, asked_for
from govops.app.access.permissions import permitted, require
from govops.app.access.rules import InForce, in_force
from govops.app.access.token_file import TokenFile
from govops.app.access.webhooks import Hook, received
from govops.index.durable import Upgraded
from govops.index.durable import upgrade as upgrade_store

__all__ = [
    "AccessOptions",
    "Allowance",
    "Doors",
    "Hook",
    "InForce",
    "Issuer",
    "Issuers",
    "Limits",
    "Logged",
    "Minted",
    "Once",
    "TokenFile",
    "Upgraded",
    "asked_for",
    "authenticate",
    "in_force",
    "log",
    "logged",
    "mint",
    "permitted",
    "received",
    "require",
    "revoke",
    "tokens",
    "upgrade_store",
]
