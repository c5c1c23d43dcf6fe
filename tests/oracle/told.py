"""From a world of tests/support to what the second judge is given."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.oracle import past
from tests.support.cast import public_line
from tests.support.evidence import EvidenceBranch
from tests.support.files import Content
from tests.support.objects import Tree
from tests.support.trees import Edits
from tests.support.world import Node, World

RECORD = re.compile(
    r"(receipts|approvals|proposals|tombstones|checkpoints|escalations)/[0-9a-f]{2}/([0-9a-f]{64})\.json"
)


class Branch(EvidenceBranch):
    """The evidence branch, with every state that it ever had."""

    def write(self, edits: Mapping[str, Content], **said: str) -> str:
        tip = super().write(edits, **said)
        self.states = [*getattr(self, "states", []), self.tree]
        return tip


class Witnessed(World):
    """A world that remembers whose key signed a commit, and how the evidence branch came to be."""

    def __init__(self, path: Path, *edits: Edits, **company: Any) -> None:
        self.keys: dict[str, str] = {}
        super().__init__(path, *edits, **company)
        self.evidence = Branch(self.objects, self.clock, self.evidence.ref)

    def commit(self, tree: Tree, parents: Iterable[str], *, signed_by: str | None = None, **said: Any) -> str:
        oid = super().commit(tree, parents, signed_by=signed_by, **said)
        if signed_by is not None:
            self.keys[oid] = " ".join(public_line(signed_by).split()[:2])
        return oid

    def texts(self) -> Mapping[str, bytes]:
        """Every content that is still there, by id."""
        return {oid: text for oid, text in self.objects.texts().items() if self.objects.file(oid).exists()}


def told(world: Witnessed) -> past.Past:
    """Everything that happened."""
    commits = {oid: _commit(node, oid, world.keys.get(oid)) for oid, node in world.nodes().items()}
    states: list[Tree] = getattr(world.evidence, "states", [])
    spoiled = {
        path
        for before, after in pairwise(states)
        for path in before
        if RECORD.fullmatch(path) and after.get(path) != before[path]
    }
    last = states[-1] if states else {}
    read = {path: _record(path, world.objects.read(oid)) for path, (_, oid) in sorted(last.items())}
    return past.Past(
        commits=commits,
        tip=world.main,
        texts=world.texts(),
        records=tuple(record for record in read.values() if record is not None),
        spoiled=tuple(sorted(spoiled)),
        junk=tuple(path for path, record in read.items() if record is None and path != "README.md"),
    )


def signer(armour: str) -> str:
    """The public key that an armoured SSH signature names; the stories forge none."""
    blob = base64.b64decode("".join(line for line in armour.splitlines() if not line.startswith("-")))
    length = int.from_bytes(blob[10:14], "big")
    key = blob[14 : 14 + length]
    kind = key[4 : 4 + int.from_bytes(key[:4], "big")].decode()
    return f"{kind} {base64.b64encode(key).decode()}"


def _commit(node: Node, oid: str, key: str | None) -> past.Commit:
    message = node.message if node.message.endswith("\n") else f"{node.message}\n"
    if node.co_authors:
        message += "\n" + "".join(f"Co-authored-by: {person}\n" for person in node.co_authors)
    people = [_person(node.author), _person(node.committer)]
    return past.Commit(oid, node.tree, node.parents, people[0], people[1], message, key)


def _person(ident: str) -> past.Person:
    name, _, email = ident.rstrip(">").rpartition(" <")
    return name, email


def _record(path: str, content: bytes) -> past.Record | None:
    found = RECORD.fullmatch(path)
    if not found:
        return None
    try:
        whole = json.loads(content)
        signature, spelled = whole["signature"], json.dumps(whole["payload"], sort_keys=True, separators=(",", ":"))
        if hashlib.sha256(spelled.encode()).hexdigest() != found[2]:
            return None
        return past.Record(found[2], whole["payload"], signer(signature) if signature else None)
    except (ValueError, KeyError, TypeError):
        return None
