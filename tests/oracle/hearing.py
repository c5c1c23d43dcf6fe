"""Who took part in a change and who decided what about it, from its commits and its records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from govops.kinds import Resource
from tests.oracle.meaning import Registry
from tests.oracle.past import Commit, Entry, Past, Record, differences

RETOLD = ("recorder", "sequence", "previous", "recorded_at", "backfilled")
Sides = tuple[Entry | None, Entry | None]


class People:
    """Every User that stands in a tree, by each address."""

    def __init__(self, registry: Registry) -> None:
        self.named: dict[str, Any] = {}
        self._by_address: dict[str, list[str]] = {}
        for _, user in registry.below("registry/users/"):
            self.named[user.metadata.name] = user.spec
            for address in addresses(user):
                self._by_address.setdefault(address, []).append(user.metadata.name)
        self._roles = {
            role.metadata.name: set(_spec(role).permissions) for _, role in registry.below("registry/roles/")
        }

    def at(self, address: str) -> list[str]:
        """Everybody who has this address."""
        return self._by_address.get(address, [])

    def holds(self, person: str, need: Any) -> bool:
        """Whether they have the role or the permission, by a Role that can be read."""
        return bool(self.serves(person, need))

    def serves(self, person: str, need: Any) -> set[str]:
        """The roles in which they could."""
        return {role for role in self.named[person].roles if self.would_serve(role, need)}

    def would_serve(self, role: str, need: Any) -> bool:
        """Whether whoever held the role would have what is needed."""
        allowed = self._roles.get(role)
        if allowed is None:
            return False
        return role == need.role or (need.permission is not None and bool({need.permission, "*"} & allowed))

    def with_role(self, role: str) -> list[str]:
        """Active humans who have a role that can be read."""
        able = [name for name, user in self.named.items() if user.active and user.type == "human"]
        return [name for name in able if role in self._roles and role in self.named[name].roles]

    def serving(self, need: Any) -> list[str]:
        """Active humans who hold it."""
        able = (name for name, user in self.named.items() if user.active and user.type == "human")
        return [name for name in able if self.holds(name, need)]


def addresses(user: Resource) -> set[str]:
    """Under what somebody acts: e-mails, accounts, keys."""
    spec = _spec(user)
    found = {email.lower() for email in spec.emails}
    found |= {f"{account.forge}:{account.id}" for account in spec.accounts}
    return found | {_key(key) for key in spec.keys}


@dataclass(frozen=True, slots=True)
class Claim:
    """That somebody took part as this; ``address`` (an account or a key) and ``email`` as far as they are told.

    ``attested`` by a forge or a signature, not by a header.
    """

    source: str
    address: str = ""
    email: str = ""
    attested: bool = False

    @property
    def label(self) -> str:
        """Whoever it is, in one word."""
        return self.email or self.address


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided about content: ``named`` is whom a signed one names, ``dismissed`` "" if nobody knows when.

    ``subjects`` is None where nobody can tell what was seen.
    """

    kind: str
    record: str
    order: int
    address: str
    approves: bool
    at: str | None
    subjects: Mapping[str, Sides] | None
    context: Mapping[str, str | None] = field(default_factory=dict)
    base: str | None = None
    named: str | None = None
    dismissed: str | None = None
    credible: bool = True
    by_machine: bool = False


@dataclass(frozen=True, slots=True)
class Hearing:
    """All that is known of one change. ``doubt`` says why there is no receipt that counts."""

    receipt: Mapping[str, Any] | None
    doubt: str | None
    claims: tuple[Claim, ...]
    decisions: tuple[Decision, ...]

    @property
    def proposal(self) -> Mapping[str, Any] | None:
        """What was proposed, None for a direct push and where nobody told."""
        return self.receipt["proposal"] if self.receipt else None

    @property
    def landed_at(self) -> str | None:
        """When a receipt says that it landed."""
        return (self.receipt["landed_at"] or self.receipt["recorded_at"]) if self.receipt else None


def states(subjects: Iterable[Mapping[str, Any]]) -> dict[str, Sides]:
    """Subjects of a record as path -> both sides."""
    return {item["path"]: (_state(item["old"]), _state(item["new"])) for item in subjects}


def receipts_of(records: Iterable[Record], base: str | None, tip: str) -> list[Record]:
    """Receipts that begin and end where the change does."""
    return [one for one in receipts(records) if (one.payload["base"], one.payload["tip"]) == (base, tip)]


def receipts(records: Iterable[Record]) -> Iterator[Record]:
    """Those records that are receipts."""
    return (one for one in records if one.payload.get("type") == "govops/receipt/v1")


def doubt_of(records: tuple[Record, ...], believed: list[Record], base: str | None, tip: str) -> str | None:
    """The rule that says why no receipt counts for this change; None if one does."""
    exact = receipts_of(believed, base, tip)
    stories = {repr(sorted((k, v) for k, v in one.payload.items() if k not in RETOLD)) for one in exact}
    if stories:
        return "receipts-disagree" if len(stories) > 1 else None
    if any(one.payload["tip"] == tip for one in receipts(believed)):
        return "receipt-mismatch"
    others = [one for one in receipts(records) if one not in believed]
    near = [one for one in others if one.payload["tip"] == tip or one.payload["base"] == base]
    return "evidence-untrusted" if near else "no-receipt"


def claims_of(commits: list[Commit], side: list[Commit], receipt: Mapping[str, Any] | None) -> Iterator[Claim]:
    """Who took part, by the receipt of the proposal, else by the pusher and what the commits say."""
    proposal = receipt["proposal"] if receipt else None
    if proposal:
        yield Claim("opener", _account(proposal["opener"]), attested=True)
        for told in proposal["contributors"]:
            sure = told["source"] in ("opener", "pusher") and told["account"] is not None
            account = _account(told["account"]) if told["account"] else ""
            yield Claim(told["source"], account, (told["email"] or "").lower(), attested=sure)
    elif receipt and receipt["pusher"]:
        yield Claim("pusher", _account(receipt["pusher"]), attested=True)
    method = proposal["method"] if proposal else None
    mine = commits if method in (None, "fast-forward") else []
    for commit in (*(side if method in (None, "fast-forward", "merge") else []), *mine):
        yield from headers_of(commit)


def signatures_of(commits: list[Commit], side: list[Commit]) -> Iterator[Claim]:
    """Whose key signed what a merge brings in, else what landed."""
    for commit in side or commits:
        if commit.key is not None:
            yield Claim("committer", _key(commit.key), commit.committer[1].lower(), attested=True)


def headers_of(commit: Commit) -> Iterator[Claim]:
    """Who made a commit, as it says itself."""
    yield Claim("author", email=commit.author[1].lower())
    yield Claim("committer", email=commit.committer[1].lower())
    for key, value in commit.trailers():
        if key == "co-authored-by":
            yield Claim("co-author", email=value.rpartition("<")[2].rstrip("> ").lower())


def openers_of(records: Iterable[Record], landed: Mapping[str, Sides], side: list[Commit]) -> Iterator[Record]:
    """Signed proposals of what a merge brings in, else of what landed; whose key it is, is another question."""
    reached = {commit.id for commit in side}
    for record in records:
        told = record.payload
        if told.get("type") == "govops/proposal/v1" and record.key is not None:
            about = states(told["subjects"])
            speaks = any(path in landed and landed[path][0] == sides[0] for path, sides in about.items())
            if told["head"] in reached if reached else speaks:
                yield record


def reviews_of(receipt_id: str, receipt: Mapping[str, Any]) -> Iterator[Decision]:
    """What the forge knew of decisions; comments decide nothing."""
    for order, told in enumerate((receipt["proposal"] or {"reviews": []})["reviews"]):
        if told["decision"] != "comment":
            gone = told["dismissed"]
            yield Decision(
                kind="receipt",
                record=f"{receipt_id}#{told['id']}",
                order=order,
                address=_account(told["account"]),
                approves=told["decision"] == "approve",
                at=told["at"],
                subjects=None if told["subjects"] is None else states(told["subjects"]),
                context={item["path"]: item["oid"] for item in told["context"]},
                base=receipt["proposal"]["merge_bases"][0],
                by_machine=told["account"]["type"] == "bot",
                dismissed=None if gone is None else gone["at"] or "",
            )


def signed(records: Iterable[Record]) -> Iterator[tuple[Record, Decision]]:
    """Decisions that people signed, in the order of records."""
    for record in records:
        told = record.payload
        if told.get("type") == "govops/approval/v1" and record.key is not None:
            yield (
                record,
                Decision(
                    kind="signature",
                    record=record.id,
                    order=0,
                    address=_key(record.key),
                    approves=told["decision"] == "approve",
                    at=told["at"],
                    subjects=states(told["subjects"]),
                    context={item["path"]: item["oid"] for item in told["context"]},
                    base=told["merge_base"],
                    named=told["person"],
                ),
            )


def trailers_of(past: Past, commits: list[Commit], spec: Any) -> Iterator[Decision]:
    """Approvals that stand in messages, where Settings say which trailers approve."""
    rules = spec.evidence.trailers
    keys = {key.lower() for key in rules.keys} if rules else set()
    for commit in commits:
        mine = commit.committer[1].lower() in {email.lower() for email in rules.committers} if rules else False
        before = past.commits[commit.parents[0]].tree if commit.parents else {}
        for order, (key, value) in enumerate(commit.trailers()):
            if key in keys:
                yield Decision(
                    kind="trailer",
                    record=commit.id,
                    order=order,
                    address=value.rpartition("<")[2].rstrip("> ").lower(),
                    approves=True,
                    at=None,
                    subjects=differences(before, commit.tree),
                    credible=mine or rules.only_review_server,
                )


def _account(told: Mapping[str, Any]) -> str:
    return _key(told["id"]) if told["forge"] == "ssh" else f"{told['forge']}:{told['id']}"


def _key(line: str) -> str:
    return " ".join(line.split()[:2])


def _state(told: Mapping[str, str] | None) -> Entry | None:
    return None if told is None else (told["mode"], told["oid"])


def _spec(resource: Resource) -> Any:
    return resource.spec
