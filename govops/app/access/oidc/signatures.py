"""A token's parts and its signature, by PyJWT; only with keys that everybody may know."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NoReturn

from govops.app.governance import UnauthenticatedError
from govops.errors import UsageError

if TYPE_CHECKING:
    from jwt import PyJWK

ALGORITHMS: Final = {  # name: type of the key, and its curve
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "ES512": ("EC", "P-521"),
    "EdDSA": ("OKP", "Ed25519"),
    "PS256": ("RSA", ""),
    "PS384": ("RSA", ""),
    "PS512": ("RSA", ""),
    "RS256": ("RSA", ""),
    "RS384": ("RSA", ""),
    "RS512": ("RSA", ""),
}
_TYPES = frozenset({"jwt", "at+jwt", "application/jwt", "application/at+jwt"})


def opened(token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Header and claims, of which nothing is proven yet."""
    from jwt import PyJWS
    from jwt.exceptions import PyJWTError

    try:
        parts = PyJWS().decode_complete(token, options={"verify_signature": False})
    except PyJWTError:
        _refuse("it cannot be read")
    header = parts["header"]
    if "crit" in header or "b64" in header:
        _refuse("it asks for an extension")
    if str(header.get("typ", "JWT")).lower() not in _TYPES:
        _refuse("it is not for signing in")
    return header, _object(parts["payload"])


def verified(token: str, key: PyJWK, algorithm: str) -> Mapping[str, Any]:
    """The claims, which the key has signed."""
    from jwt import PyJWS
    from jwt.exceptions import PyJWTError

    try:
        parts = PyJWS(algorithms=[algorithm]).decode_complete(token, key, algorithms=[algorithm])
    except PyJWTError:
        _refuse("its signature is wrong")
    return _object(parts["payload"])


def public_key(jwk: Mapping[str, Any], algorithm: str) -> PyJWK | None:
    """The public key, if it is one for this algorithm and strong enough; what a private one says more is not read."""
    from jwt import PyJWK
    from jwt.exceptions import PyJWTError

    kind, curve = ALGORITHMS[algorithm]
    if jwk.get("kty") != kind or jwk.get("crv", "") != curve or jwk.get("alg", algorithm) != algorithm:
        return None
    public = {name: jwk[name] for name in ("kty", "crv", "n", "e", "x", "y") if isinstance(jwk.get(name), str)}
    try:
        key = PyJWK(public, algorithm=algorithm)
    except (PyJWTError, ValueError, TypeError):
        return None
    return key if kind != "RSA" or key.key.key_size >= 2048 else None


def require_library() -> None:
    """UsageError where PyJWT is not installed."""
    try:
        import jwt  # noqa: F401  the rest imports it where it needs it
    except ImportError as error:
        raise UsageError("tokens of an issuer need PyJWT", hint="pip install 'govops[api]'") from error


def _object(payload: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(payload)
    except (ValueError, RecursionError):
        _refuse("it cannot be read")
    if not isinstance(found, dict):
        _refuse("it cannot be read")
    return found


def _refuse(why: str) -> NoReturn:
    raise UnauthenticatedError(f"the token is not accepted: {why}")
