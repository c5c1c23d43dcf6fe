"""A token of an OpenID provider says who asks if the provider signed it, for us, for now; and nothing else does."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from govops.app.access import Doors, Issuer, Issuers, authenticate, logged
from govops.app.access.oidc.claims import LEEWAY, subject
from govops.app.access.oidc.keys import AGAIN, FAILED, FRESH, STALE
from govops.app.governance import BusyError, ForbiddenError, Site, UnauthenticatedError
from govops.errors import UsageError
from govops.workspace.clock import now, seconds
from tests.support import parts
from tests.support.files import user
from tests.support.world import World

parts.package("jwt", extra="api")

from tests.support.issuer import AUDIENCE, Provider, by_hand, ec_key, ed_key, jwk, rsa_key  # noqa: E402  PyJWT may be missing


@dataclass
class Time:
    """A monotonic clock that a test moves."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def provider() -> Iterator[Provider]:
    """One provider, with one key."""
    with Provider() as found:
        yield found


@pytest.fixture
def time() -> Time:
    """The clock of whoever keeps the provider's keys."""
    return Time()


@pytest.fixture
def come(provider: Provider, time: Time) -> Callable[[str], str]:
    """Come with a token; by which immutable id."""
    issuers = Issuers([Issuer(provider.url, AUDIENCE, "okta")], clock=time)
    return lambda token: issuers.account(token).id


Come = Callable[[str], str]


@pytest.mark.threat("I02")
def test_whoever_the_provider_signs_for_is_let_in(come: Come, provider: Provider) -> None:
    provider.keys += [jwk(rsa_key("two"), "two"), jwk(ed_key("three"), "three", alg="EdDSA")]
    assert come(provider.token()) == "00u1"
    assert come(provider.token(aud=["somebody", AUDIENCE])) == "00u1"
    assert come(provider.token(header={"typ": "at+jwt"}, iat=None)) == "00u1"
    assert come(provider.token(rsa_key("two"), alg="RS256", header={"kid": "two"})) == "00u1"
    assert come(provider.token(rsa_key("two"), alg="PS256", header={"kid": "two"})) == "00u1"
    assert come(provider.token(ed_key("three"), alg="EdDSA", header={"kid": "three"})) == "00u1"
    assert provider.asked == ["/realm/.well-known/openid-configuration", "/realm/keys"]


def pem(key: Any) -> bytes:
    """A public key as a file."""
    return bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


HOSTILE: dict[str, Callable[[Provider], str]] = {
    "no algorithm": lambda p: by_hand({"alg": "none", "kid": "one"}, claims(p)),
    "no algorithm, in capitals": lambda p: by_hand({"alg": "nOnE", "kid": "one"}, claims(p)),
    "no algorithm, with a signature": lambda p: by_hand({"alg": "none", "kid": "one"}, claims(p), b"x"),
    "no algorithm named": lambda p: by_hand({"kid": "one"}, claims(p), b"x"),
    "algorithm of another type": lambda p: by_hand({"alg": ["ES256"], "kid": "one"}, claims(p), b"x"),
    "HMAC by the public key": lambda p: by_hand({"alg": "HS256", "kid": "two"}, claims(p), pem(rsa_key("two"))),
    "HMAC by the published text": lambda p: by_hand(
        {"alg": "HS256", "kid": "one"}, claims(p), json.dumps(p.keys[0]).encode()
    ),
    "HMAC called RSA": lambda p: by_hand({"alg": "RS256", "kid": "two"}, claims(p), pem(rsa_key("two"))),
    "an algorithm that is not allowed": lambda p: p.token(rsa_key("two"), alg="RS512", header={"kid": "two"}),
    "RSA by a key for PS256": lambda p: p.token(rsa_key("pss"), alg="RS256", header={"kid": "pss"}),
    "RSA by the name of an EC key": lambda p: p.token(rsa_key("two"), alg="RS256"),
    "a weak key": lambda p: p.token(rsa_key("weak", 1024), alg="RS256", header={"kid": "weak"}),
    "a key for encryption": lambda p: p.token(ec_key("enc"), header={"kid": "enc"}),
    "a key that may not verify": lambda p: p.token(ec_key("ops"), header={"kid": "ops"}),
    "a name that two keys have": lambda p: p.token(ec_key("twin"), header={"kid": "twin"}),
    "somebody else's key": lambda p: p.token(ec_key("mallory")),
    "a key that it brings itself": lambda p: p.token(
        ec_key("mallory"), header={"jwk": jwk(ec_key("mallory"), "one"), "kid": "one"}
    ),
    "a key at an address that it brings": lambda p: p.token(
        ec_key("mallory"), header={"jku": f"{p.url}/of-mallory", "x5u": f"{p.url}/of-mallory"}
    ),
    "an unknown name": lambda p: p.token(ec_key("mallory"), header={"kid": "mallory"}),
    "no name": lambda p: p.token(header={"kid": None}),
    "a name that is a path": lambda p: p.token(header={"kid": "../../../../dev/null"}),
    "a name that is SQL": lambda p: p.token(header={"kid": "one' UNION SELECT 'x"}),
    "a name that is a list": lambda p: by_hand({"alg": "ES256", "kid": ["one"]}, claims(p), b"x"),
    "an extension": lambda p: p.token(header={"crit": ["exp"]}),
    "a token for signing out": lambda p: p.token(header={"typ": "logout+jwt"}),
    "a token for somebody else": lambda p: p.token(aud="another-server"),
    "a token for our neighbours": lambda p: p.token(aud=[f"{AUDIENCE}-2", "x"]),
    "a token for nobody": lambda p: p.token(aud=None),
    "another issuer": lambda p: p.token(iss="https://login.example"),
    "nearly our issuer": lambda p: p.token(iss=f"{p.url}/"),
    "no issuer": lambda p: p.token(iss=None),
    "an issuer of another type": lambda p: p.token(iss=[p.url]),
    "an end in the past": lambda p: p.token(exp=seconds(now()) - LEEWAY - 1),
    "no end": lambda p: p.token(exp=None),
    "an end that is a text": lambda p: p.token(exp="2099"),
    "an end that is true": lambda p: p.token(exp=True),
    "an end that is no number": lambda p: p.token(exp=float("nan")),
    "an end that never comes": lambda p: p.token(exp=float("inf")),
    "a beginning in the future": lambda p: p.token(nbf=seconds(now()) + LEEWAY + 10),
    "a birth in the future": lambda p: p.token(iat=seconds(now()) + LEEWAY + 10),
    "nobody": lambda p: p.token(sub=None),
    "an empty name": lambda p: p.token(sub=""),
    "a name of another type": lambda p: p.token(sub=["00u1"]),
    "a name of many lines": lambda p: p.token(sub="00u1\n00u2"),
    "a long name": lambda p: p.token(sub="x" * 256),
    "another signature": lambda p: p.token()[:-4] + "AAAA",
    "another claim": lambda p: ".".join([*p.token().split(".")[:1], by_hand({}, claims(p)).split(".")[1], "AAAA"]),
    "claims that are no object": lambda p: by_hand({"alg": "ES256", "kid": "one"}, [], b"x"),  # type: ignore[arg-type]  # what is wrong is the point
    "not base64": lambda p: "eyJh!bGc.eyJh!.AAAA",
    "nested": lambda p: by_hand({"alg": "ES256", "kid": "one"}, {"iss": {"a": [[[p.url]]]}}, b"x"),
}


def claims(provider: Provider) -> dict[str, Any]:
    """What would be right if it were signed."""
    at = seconds(now())
    return {"iss": provider.url, "aud": AUDIENCE, "sub": "00u1", "iat": at, "exp": at + 300}


@pytest.mark.threat("I01", "I02")
@pytest.mark.parametrize("kind", HOSTILE)
def test_nobody_else_is(come: Come, provider: Provider, kind: str) -> None:
    """Whatever a token claims, and however it is signed."""
    provider.keys += [
        jwk(rsa_key("two"), "two"),
        jwk(rsa_key("pss"), "pss", alg="PS256"),
        jwk(rsa_key("weak", 1024), "weak"),
        jwk(ec_key("enc"), "enc", use="enc"),
        jwk(ec_key("ops"), "ops", key_ops=["sign"]),
        jwk(ec_key("twin"), "twin"),
        jwk(ec_key("mallory"), "twin"),
        {"kty": "oct", "kid": "secret", "k": "AAAA"},
        {"kty": "EC", "kid": "broken", "crv": "P-256", "x": 7},
    ]
    with pytest.raises(UnauthenticatedError):
        come(HOSTILE[kind](provider))
    assert not any("mallory" in path for path in provider.asked)
    assert come(provider.token()) == "00u1"


@pytest.mark.parametrize(("of", "kid"), [(ec_key("one"), "broken"), (ec_key("one"), "secret")])
def test_a_key_that_is_none_harms_nobody_else(come: Come, provider: Provider, of: Any, kid: str) -> None:
    provider.keys += [
        {"kty": "EC", "kid": "broken", "crv": "P-256", "x": 7, "y": None},
        {"kty": "oct", "kid": "secret", "k": "AAAA"},
        {"kty": "EC", "kid": 5},
        "no key",  # type: ignore[list-item]  # what is wrong is the point
    ]
    with pytest.raises(UnauthenticatedError, match="no such key"):
        come(provider.token(of, header={"kid": kid}))
    assert come(provider.token()) == "00u1"


@pytest.mark.threat("I02")
def test_clocks_may_differ_a_little(come: Come, provider: Provider) -> None:
    at = seconds(now())
    assert come(provider.token(exp=at - LEEWAY + 10)) == "00u1"
    assert come(provider.token(nbf=at + LEEWAY - 10, iat=at + LEEWAY - 10)) == "00u1"


def test_the_ends_of_a_tokens_time_are_exact() -> None:
    said = {"iss": "i", "aud": "a", "sub": "s", "exp": 1000, "nbf": 500}
    assert subject(said, "i", "a", at=1000 + LEEWAY - 1) == "s"
    assert subject(said, "i", "a", at=500 - LEEWAY) == "s"
    for at in (1000 + LEEWAY, 500 - LEEWAY - 1):
        with pytest.raises(UnauthenticatedError):
            subject(said, "i", "a", at=at)


@pytest.mark.threat("I02")
def test_a_new_key_is_asked_for_when_it_is_used(come: Come, provider: Provider, time: Time) -> None:
    """And no more often than every half minute, whatever names are sent."""
    assert come(provider.token()) == "00u1"
    provider.keys.insert(0, jwk(ec_key("new"), "new"))
    time.seconds += AGAIN
    assert come(provider.token(ec_key("new"), header={"kid": "new"})) == "00u1"
    assert provider.asked.count("/realm/keys") == 2
    for number in range(20):
        with pytest.raises(UnauthenticatedError, match="no such key"):
            come(provider.token(header={"kid": f"made-up-{number}"}))
    assert provider.asked.count("/realm/keys") == 2
    time.seconds += AGAIN
    with pytest.raises(UnauthenticatedError):
        come(provider.token(header={"kid": "made-up"}))
    assert provider.asked.count("/realm/keys") == 3


@pytest.mark.threat("I02")
def test_a_key_that_was_taken_back_is_refused_soon(come: Come, provider: Provider, time: Time) -> None:
    assert come(provider.token()) == "00u1"
    provider.keys = [jwk(ec_key("new"), "new")]
    time.seconds += FRESH
    with pytest.raises(UnauthenticatedError, match="no such key"):
        come(provider.token())


@pytest.mark.threat("J09")
def test_keys_are_kept_while_the_provider_is_away_and_not_for_ever(come: Come, provider: Provider, time: Time) -> None:
    """By a clock that nobody sets: the wall clock has no part in it."""
    assert come(provider.token()) == "00u1"
    provider.answers["/realm/keys"] = (404, {}, b"")
    time.seconds += STALE
    assert come(provider.token()) == "00u1"
    time.seconds += 1
    with pytest.raises(BusyError, match="cannot be had") as told:
        come(provider.token())
    assert told.value.retry_after == FAILED - 1  # a second has gone by since it was asked last
    provider.answers.clear()
    with pytest.raises(BusyError):
        come(provider.token())
    time.seconds += FAILED
    assert come(provider.token()) == "00u1"


def test_a_provider_that_does_not_answer_holds_up_one_thread(provider: Provider) -> None:
    """The others go on with the keys at hand, or are told to come again, instead of all waiting for it."""
    time, asked, release = Time(), threading.Event(), threading.Event()
    issuers = Issuers([Issuer(provider.url, AUDIENCE, "okta")], clock=time)
    assert issuers.account(provider.token()).id == "00u1"

    def slowly(path: str) -> None:
        asked.set()
        release.wait(10)

    provider.before = slowly
    time.seconds += FRESH
    waiting = threading.Thread(target=issuers.account, args=(provider.token(),))
    waiting.start()
    assert asked.wait(10)
    assert issuers.account(provider.token()).id == "00u1"
    with pytest.raises(BusyError, match="being asked for"):
        issuers.account(provider.token(header={"kid": "new"}))
    release.set()
    waiting.join()


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/realm/keys", (200, {"Content-Type": "text/html"}, b"<html>")),
        ("/realm/keys", (200, {"Content-Type": "application/json"}, b"[]")),
        ("/realm/keys", (200, {"Content-Type": "application/json"}, b'{"keys": 5}')),
        ("/realm/keys", (200, {"Content-Type": "application/json"}, b" " * 300_000)),
        ("/realm/keys", (302, {"Location": "http://169.254.169.254/latest/meta-data"}, b"")),
        ("/realm/keys", (403, {}, b"")),
        (
            "/realm/.well-known/openid-configuration",
            (200, {"Content-Type": "application/json"}, b'{"issuer": "https://mallory.example", "jwks_uri": "x"}'),
        ),
        ("/realm/.well-known/openid-configuration", (200, {"Content-Type": "application/json"}, b"{}")),
        (
            "/realm/.well-known/openid-configuration",
            (200, {"Content-Type": "application/json"}, b'{"issuer": "%s", "jwks_uri": "http://plain.example/keys"}'),
        ),
    ],
)
@pytest.mark.threat("I16")
def test_a_provider_that_answers_badly_lets_nobody_in(come: Come, provider: Provider, path: str, answer: Any) -> None:
    """And sends us nowhere else."""
    status, headers, body = answer
    provider.answers[path] = (status, headers, body.replace(b"%s", provider.url.encode()))
    with pytest.raises((BusyError, UnauthenticatedError)):
        come(provider.token())


def test_the_address_of_the_keys_can_be_given(world: World, provider: Provider) -> None:
    world.push("carol", user("alice", accounts=[{"forge": "okta", "id": "00u1"}]))
    doors = Doors(issuers=Issuers([Issuer(provider.url, AUDIENCE, "okta", jwks=f"{provider.url}/keys")]))
    assert authenticate(Site(world.path), f"Bearer {provider.token()}", doors).name == "alice"
    assert provider.asked == ["/realm/keys"]


@pytest.mark.threat("I02")
def test_a_subject_is_of_its_issuer(world: World, provider: Provider, site: Site) -> None:
    """The same name at two providers is two accounts, and a login or an address in a claim is nobody's."""
    with Provider(key="other") as other:
        world.push("carol", user("alice", accounts=[{"forge": "okta", "id": "00u1", "login": "alice"}]))
        both = [Issuer(provider.url, AUDIENCE, "okta"), Issuer(other.url, AUDIENCE, "entra")]
        doors = Doors(issuers=Issuers(both))
        assert authenticate(site, f"Bearer {provider.token()}", doors).name == "alice"
        strangers = [
            other.token(),
            provider.token(sub="alice", email="alice@acme.example", preferred_username="alice"),
            provider.token(sub="id-alice"),
        ]
        for token in strangers:
            with pytest.raises(ForbiddenError, match="no User has the account"):
                authenticate(site, f"Bearer {token}", doors)
        with pytest.raises(UnauthenticatedError):
            authenticate(site, f"Bearer {other.token(iss=provider.url)}", doors)
    assert {row["account"] for row in logged(site).items} == {
        "account:entra:00u1",
        "account:okta:alice",
        "account:okta:id-alice",
    }


@pytest.mark.parametrize(
    "more",
    [
        {"algorithms": ("RS256", "HS256")},
        {"algorithms": ("none",)},
        {"algorithms": ()},
        {"forge": "ssh"},
        {"forge": "Not A Name"},
        {"audience": ""},
        {"url": "http://login.example"},
        {"url": "https://user:s3cret@login.example"},
        {"jwks": "http://login.example/keys"},
        {"jwks": "file:///etc/passwd"},
    ],
)
@pytest.mark.threat("I02", "I16")
def test_a_provider_that_is_not_safe_is_refused_at_the_start(more: dict[str, Any]) -> None:
    usual = {"url": "https://login.example", "audience": AUDIENCE, "forge": "okta"}
    with pytest.raises(UsageError):
        Issuers([Issuer(**{**usual, **more})])


def test_two_providers_are_told_apart() -> None:
    for other in (Issuer("https://a.example", AUDIENCE, "entra"), Issuer("https://b.example", AUDIENCE, "okta")):
        with pytest.raises(UsageError, match="twice"):
            Issuers([Issuer("https://a.example", AUDIENCE, "okta"), other])
