"""What a token of a provider has to claim: pure functions of it and of the time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from govops.app.governance import UnauthenticatedError

LEEWAY = 30  # seconds by which two clocks may differ


def subject(claims: Mapping[str, Any], issuer: str, audience: str, *, at: int) -> str:
    """The immutable name (``sub``) that the issuer has for whoever signed in; ``at`` is now, in seconds since 1970.

    UnauthenticatedError for another issuer or audience, outside of its time, and for claims of another type than they
    are defined to have.
    """
    problem = _problem(claims, issuer, audience, at)
    found = claims.get("sub")
    if not problem and not (isinstance(found, str) and 0 < len(found) <= 255 and found.isprintable()):
        problem = "it does not say whose it is"
    if problem:
        raise UnauthenticatedError(f"the token is not accepted: {problem}", hint="sign in again")
    return str(found)


def _problem(claims: Mapping[str, Any], issuer: str, audience: str, at: int) -> str:
    said = claims.get("aud")
    if claims.get("iss") != issuer:
        return "it is of another issuer"
    if audience not in (said if isinstance(said, list) else [said]):
        return "it is for somebody else"
    exp, nbf, iat = (_number(claims.get(name, missing)) for name, missing in (("exp", None), ("nbf", 0), ("iat", 0)))
    if exp is None or nbf is None or iat is None:
        return "it does not say until when"
    if exp + LEEWAY <= at:
        return "it has expired"
    if max(nbf, iat) - LEEWAY > at:
        return "it is from the future"
    return ""


def _number(value: Any) -> float | None:
    """Seconds since 1970; True is 1 in Python, and NaN is less than nothing and no more either."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) else None
