"""An OpenID provider on loopback: it publishes keys, signs tokens well or badly, and counts who asks.

    with Provider() as provider:
        token = provider.token(sub="00u1")

It knows nothing of the code under test.
"""

from __future__ import annotations

import base64
import json
import warnings
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler
from typing import Any

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt import PyJWS
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from tests.support.loopback import Loopback

AUDIENCE = "govops-server"
Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@cache
def rsa_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """A key of this name, made once in a run."""
    return rsa.generate_private_key(65537, bits)


@cache
def ec_key(name: str) -> ec.EllipticCurvePrivateKey:
    """The same for P-256."""
    return ec.generate_private_key(ec.SECP256R1())


@cache
def ed_key(name: str) -> ed25519.Ed25519PrivateKey:
    """The same for Ed25519."""
    return ed25519.Ed25519PrivateKey.generate()


def jwk(key: Private, kid: str, **more: Any) -> dict[str, Any]:
    """The public half as a provider publishes it."""
    public = key.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        text = RSAAlgorithm.to_jwk(public)
    elif isinstance(public, ec.EllipticCurvePublicKey):
        text = ECAlgorithm.to_jwk(public)
    else:
        text = OKPAlgorithm.to_jwk(public)
    return {**json.loads(text), "kid": kid, "use": "sig", **more}


class Provider(Loopback):
    """``keys`` are what it publishes, ``asked`` the paths that were asked for; ``answers`` replace what it says.

    ``before`` is called with each path before it answers. ``key`` is the name of its first key, which it calls ``one``.
    """

    def __init__(self, key: str = "one") -> None:
        self._key = ec_key(key)
        self.asked: list[str] = []
        self.before: Callable[[str], None] = self.asked.append
        self.answers: dict[str, tuple[int, Mapping[str, str], bytes]] = {}
        super().__init__(_handler(self))
        self.url = f"http://127.0.0.1:{self.port}/realm"
        self.keys = [jwk(self._key, "one")]

    def token(
        self, key: Private | None = None, *, alg: str = "ES256", header: Mapping[str, Any] | None = None, **claims: Any
    ) -> str:
        """Signed by ``key`` (default: the one that is published first); None leaves a name or a claim out."""
        now = int(datetime.now(UTC).timestamp())  # noqa: TID251  a provider has a clock
        said = {"iss": self.url, "aud": AUDIENCE, "sub": "00u1", "iat": now, "exp": now + 300, **claims}
        told = {"kid": "one", "typ": "JWT", **(header or {})}
        payload = json.dumps({name: value for name, value in said.items() if value is not None}).encode()
        names = {name: value for name, value in told.items() if value is not None}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a weak key is what some tests want, and newer libraries mind
            return PyJWS().encode(payload, key or self._key, algorithm=alg, headers=names)


def by_hand(header: Mapping[str, Any], claims: Mapping[str, Any], secret: bytes | None = None) -> str:
    """A token that no library would make: signed with HMAC by any bytes, or not at all."""
    said = ".".join(_part(json.dumps(part).encode()) for part in (header, claims))
    if secret is None:
        return f"{said}."
    made = hmac.HMAC(secret, hashes.SHA256())
    made.update(said.encode())
    return f"{said}.{_part(made.finalize())}"


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing on stderr."""

        def do_GET(self) -> None:
            provider.before(self.path)
            said = {
                "/realm/.well-known/openid-configuration": {"issuer": provider.url, "jwks_uri": f"{provider.url}/keys"},
                "/realm/keys": {"keys": provider.keys},
            }
            found = said.get(self.path)
            usual = (200 if found else 404, {"Content-Type": "application/json"}, json.dumps(found).encode())
            status, headers, body = provider.answers.get(self.path, usual)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    return Handler
