"""Facts made by hand, one small function for each scope of rules."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from govops import yamlio
from govops.decision import Cause, ChangeFacts, Law, Verdict
from govops.evidence.coverage import NotMerged
from govops.evidence.testimony import Testimony
from govops.finding import Finding, Status
from govops.history import Commit, Entry, Ident, PathChange
from govops.history.snapshot import File, Snapshot
from govops.kinds import Resource
from govops.lifecycle import Misstep
from govops.rule import FileFacts, JudgedChange, ResourceFacts, Unmatched
from govops.rules import RULES, rule_named
from tests.support.files import File as Text
from tests.support.files import policy, role, user

COMMIT = "c" * 40
PATH = "registry/models/fraud/model.yaml"


def findings(rule: str, facts: object) -> list[Finding]:
    """What one rule says of the facts."""
    found = rule_named(rule)
    assert found is not None, rule
    return list(found.check(facts))


def file_facts(
    path: str = PATH,
    *,
    mode: str = "100644",
    problems: Iterable[Finding] = (),
    text: bytes | None = None,
    allowed: bool = True,
    twins: tuple[str, ...] = (),
    folders: tuple[str, ...] = (),
) -> FileFacts:
    """One file; nothing is wrong with it unless told."""
    return FileFacts(path, Entry(mode, "b" * 40), tuple(problems), text, allowed, twins, folders)


class Registry:
    """A snapshot of YAML files, and the facts of any resource in it. ``broken`` paths stand and cannot be read."""

    def __init__(self, *files: Text, broken: Iterable[str] = ()) -> None:
        self.snapshot = Snapshot()
        self.contents: dict[str, bytes] = {}
        for path, content in files:
            loaded = yamlio.load(content, path=path)
            assert isinstance(loaded.resource, Resource), loaded.findings
            self.put(path, loaded.resource, content)
        for path in broken:
            self.snapshot.put(path, File(Entry("100644", "d" * 40)))

    def put(self, path: str, resource: Resource, content: bytes = b"") -> None:
        """One more resource."""
        oid = hashlib.sha1(content or path.encode()).hexdigest()
        self.contents[oid] = content
        self.snapshot.put(path, File(Entry("100644", oid), resource))

    def facts(self, path: str) -> ResourceFacts:
        """The resource at the path among all others."""
        file = self.snapshot.files[path]
        assert file.resource is not None
        rules = {rule.id: rule for rule in RULES}
        return ResourceFacts(path, file.entry, file.resource, self.snapshot, self._position, rules=rules)

    def found(self, rule: str) -> list[Finding]:
        """What one rule says of every resource, in the order of paths."""
        files = sorted(self.snapshot.files.items())
        return [one for path, file in files if file.resource for one in findings(rule, self.facts(path))]

    def _position(self, oid: str, at: tuple[str | int, ...]) -> tuple[int, int] | None:
        return yamlio.position(self.contents[oid], at) if self.contents.get(oid) else None


def judged(
    *causes: Cause,
    missteps: Iterable[Misstep] = (),
    transient: Iterable[str] = (),
    conflicts: Iterable[str] = (),
    unmatched: Iterable[Unmatched] = (),
) -> JudgedChange:
    """One change of ``PATH`` whose verdict has these causes."""
    somebody = Ident("Alice", "alice@acme.example")
    commit = Commit(COMMIT, "e" * 40, ("a" * 40,), somebody, somebody, "0 +0000", "0 +0000", "Change\n")
    snapshot = Snapshot()
    facts = ChangeFacts(
        id=COMMIT,
        parent="a" * 40,
        commits=(commit,),
        landed=(PathChange(PATH, None, Entry("100644", "b" * 40)),),
        actions=(),
        before=snapshot,
        law=Law(snapshot),
        testimony=Testimony(),
        merge=lambda base, ours, theirs: NotMerged.CONFLICT,
    )
    verdict = Verdict(Status.FAIL if causes else Status.PASS, causes)
    odd = (tuple(missteps), tuple(transient), tuple(conflicts), tuple(unmatched))
    return JudgedChange(facts, verdict, lambda oid, at: (3, 7), *odd)


def person(name: str, **spec: Any) -> Text:
    """A User without any address or role but those given."""
    return user(name, **({"emails": [], "accounts": [], "keys": [], "roles": []} | spec))


def staff(*names: str, roles: Iterable[str] = ("approver",)) -> tuple[Text, ...]:
    """The three usual roles, and people who hold some of them."""
    people = [person(name, roles=list(roles), emails=[f"{name}@acme.example"]) for name in names]
    return (role("approver"), role("operator"), role("admin"), *people)


def asking(*approvals: dict[str, object]) -> Text:
    """A policy that asks for these approvals."""
    return policy("models", actions=["model.*"], approvals=list(approvals))
