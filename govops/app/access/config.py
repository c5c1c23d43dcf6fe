"""How a server's configuration says who may come in, and what that makes. Secrets come from the environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from govops.app.access.authentication import Doors
from govops.app.access.limits import Allowance, Limits
from govops.app.access.oidc import Issuer, Issuers
from govops.app.access.token_file import TokenFile
from govops.app.access.webhooks import Hook
from govops.errors import UsageError
from govops.kinds.lists import Items
from govops.kinds.resource import Part
from govops.kinds.scalars import Name, Title

_Address = Annotated[str, Field(min_length=1, max_length=2048)]
_Algorithm = Literal["ES256", "ES384", "ES512", "EdDSA", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"]


class IssuerOptions(Part):
    """An OpenID provider by whose tokens people come in."""

    url: _Address = Field(description="Its name, exactly as `iss` of its tokens has it: an https address.")
    audience: Title = Field(description="What has to stand in `aud`: the client id of this server there.")
    forge: Name = Field(description="How Users name its accounts under `accounts[].forge`; `id` is the `sub`.")
    algorithms: Items[_Algorithm] = Field(
        default=("ES256", "EdDSA", "PS256", "RS256"), description="By which it may sign."
    )
    jwks: _Address | None = Field(default=None, description="Where its keys are. Without it, it is asked.")


class LimitOptions(Part):
    """What one account may ask of one process of the server."""

    burst: int = Field(default=120, ge=1, le=1_000_000, description="Requests in a row.")
    per_minute: int = Field(default=120, ge=1, le=1_000_000, description="How many come back in a minute.")
    at_once: int = Field(default=8, ge=1, le=10_000, description="Requests at the same time.")


class AccessOptions(Part):
    """Who may come in besides those with a token of the store, and how often."""

    tokens: _Address | None = Field(default=None, description="A file of tokens, seen from the configuration.")
    issuers: Items[IssuerOptions] = Field(default=(), description="OpenID providers.")
    webhooks: Items[Literal["github", "gitlab"]] = Field(
        default=(), description="Forges that tell when something happened."
    )
    limits: LimitOptions = Field(default_factory=LimitOptions, description="How much one account may ask.")

    def doors(self, folder: Path) -> Doors:
        """By which ways people come in; ``folder`` is where the configuration stands. UsageError for what is unsafe."""
        file = TokenFile(folder / self.tokens) if self.tokens is not None else None
        return Doors(file, Issuers(map(_issuer, self.issuers)) if self.issuers else None)

    def limit(self) -> Limits:
        """What counts the requests of each account in this process."""
        given = self.limits
        return Limits(Allowance(given.burst, given.per_minute / 60, given.at_once))

    def hooks(self, environment: Mapping[str, str]) -> tuple[Hook, ...]:
        """The forges whose webhooks are taken. UsageError where the environment has no secret for one."""
        return tuple(Hook(forge, tuple(_secrets(forge, environment))) for forge in self.webhooks)


def _issuer(given: IssuerOptions) -> Issuer:
    return Issuer(given.url, given.audience, given.forge, given.algorithms, given.jwks or "")


def _secrets(forge: str, environment: Mapping[str, str]) -> Iterator[str]:
    """The secret, and the one that it replaces while both are in use."""
    name = f"GOVOPS_{forge.upper()}_WEBHOOK_SECRET"
    if not environment.get(name):
        raise UsageError(f"there is no secret for webhooks of {forge}", hint=f"put it into {name}")
    yield from (environment[key] for key in (name, f"{name}_OLD") if environment.get(key))
