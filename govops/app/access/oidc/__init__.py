"""People who come with a token of an OpenID provider: its signature by the provider's keys, and what it claims."""

from govops.app.access.oidc.issuers import Issuer, Issuers

__all__ = ["Issuer", "Issuers"]
