"""A provider's public keys, as it publishes them; asked for again when they are old, or a new one is used."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any

from govops.app.access.oidc.signatures import public_key
from govops.app.governance import BusyError, UnauthenticatedError
from govops.errors import GovopsError, UndecidableError
from govops.http import Client, Party, Patience, value_of

if TYPE_CHECKING:
    from jwt import PyJWK

FRESH = 600.0  # seconds after which keys are asked for again
STALE = 3600.0  # after which they are not used any more, though no others can be had
AGAIN = 30.0  # between two questions, whatever is sent to us
FAILED = 5.0  # the same after one that was not answered
LARGEST = 256 * 1024  # bytes of an answer

_WELL_KNOWN = ".well-known/openid-configuration"
_PATIENCE = Patience(connect=2, read=3, answer=3, whole=0)
_TURN = 1.0  # seconds to wait while another thread asks


class KeySet:
    """The keys of one issuer, by their ``kid``; for use by several threads. UsageError for an address that is none."""

    def __init__(self, issuer: str, jwks: str, *, clock: Callable[[], float]) -> None:
        self._issuer = issuer
        self._jwks = jwks
        self._clock = clock
        self._lock = Lock()
        self._keys: Mapping[str, Mapping[str, Any]] = {}
        self._fetched = float("-inf")
        self._next = float("-inf")
        _client(jwks or issuer)

    def find(self, kid: str, algorithm: str) -> PyJWK:
        """The key by which tokens are verified that name it.

        UnauthenticatedError where the issuer has none of that name for this algorithm, BusyError while nobody can tell.
        """
        if not kid:
            raise UnauthenticatedError("the token is not accepted: it does not name its key")
        if self._is_due(kid) or (kid not in self._keys and self._lock.locked()):
            self._refresh(kid)
        if self._clock() - self._fetched > STALE:
            wait = max(1, math.ceil(self._next - self._clock()))
            raise BusyError("the keys of the issuer cannot be had", hint="sign in later", retry_after=wait)
        found = self._keys.get(kid)
        key = public_key(found, algorithm) if found is not None else None
        if key is None:
            raise UnauthenticatedError("the token is not accepted: the issuer has no such key")
        return key

    def _is_due(self, kid: str) -> bool:
        now = self._clock()
        return now >= self._next and (now - self._fetched >= FRESH or kid not in self._keys)

    def _refresh(self, kid: str) -> None:
        """Ask, unless another thread does: then the keys at hand have to do, or the caller comes again."""
        if not self._lock.acquire(timeout=0 if kid in self._keys else _TURN):
            if kid not in self._keys:
                raise BusyError("the keys of the issuer are being asked for")
            return
        try:
            if self._is_due(kid):
                self._next = self._clock() + FAILED
                self._keys = self._fetch()
                self._fetched = self._clock()
                self._next = self._fetched + AGAIN
        except GovopsError:  # whatever it was, `find` knows how old the keys are
            return
        finally:
            self._lock.release()

    def _fetch(self) -> Mapping[str, Mapping[str, Any]]:
        if self._jwks:
            return _usable(_ask(self._jwks).get("keys"))
        told = _ask(f"{self._issuer.removesuffix('/')}/{_WELL_KNOWN}")
        address = told.get("jwks_uri")
        if told.get("issuer") != self._issuer or not isinstance(address, str):
            raise UndecidableError("the issuer calls itself otherwise, or does not say where its keys are")
        return _usable(_ask(address).get("keys"))


def _usable(keys: Any) -> dict[str, Mapping[str, Any]]:
    """Those that are for signatures, by name; of two of one name neither."""
    found: dict[str, Mapping[str, Any]] = {}
    twice = set[str]()
    for key in keys if isinstance(keys, list) else ():
        kid = key.get("kid") if isinstance(key, dict) and _may_verify(key) else None
        if isinstance(kid, str):
            twice.update({kid} & found.keys())
            found[kid] = key
    return {kid: key for kid, key in found.items() if kid not in twice}


def _may_verify(key: Mapping[str, Any]) -> bool:
    allowed = key.get("key_ops", ["verify"])
    return key.get("use", "sig") == "sig" and isinstance(allowed, list) and "verify" in allowed


def _ask(address: str) -> Mapping[str, Any]:
    client = _client(address)
    url = client.url("", {})
    reply = client.ask("GET", url)
    found = value_of(reply, url, _PARTY) if reply.status == 200 else None
    if not isinstance(found, dict):
        raise UndecidableError("the issuer's answer is not what it should be")
    return found


def _client(address: str) -> Client:
    return Client(address, {"Accept": "application/json"}, party=_PARTY, patience=_PATIENCE, limit=LARGEST)


_PARTY = Party("the issuer", "it should let anybody read its keys", shown=False)
