"""The forge of a repository without one: what its people signed on the evidence branch, and what a server keeps."""

from __future__ import annotations

from collections.abc import Iterator

from govops.evidence.records import SignedProposal
from govops.forge.hosted import HostedForge
from govops.forge.local import LocalForge
from govops.git import CleanRoom
from govops.history import Oid
from govops.history.snapshot import addresses
from govops.kinds.settings import SettingsSpec
from govops.workspace.evidence import LARGEST_RECORD, RECORD_PATH, parse_record
from govops.workspace.hosted import HostedBranch, hosted_tip
from govops.workspace.opening import branch_to_judge, evidence_branch
from govops.workspace.proposals import resources


def local_forge(room: CleanRoom, settings: SettingsSpec) -> HostedForge:
    """Answers for proposals that a server of ours keeps, and for those that somebody of the protected branch signed
    with their own key, in their own name.
    """
    _, tip = branch_to_judge(room, None, settings.protected_branch)
    _, evidence = evidence_branch(room, None, settings.evidence_branch)
    signed = _signed(room, evidence, settings, _keys(room, tip)) if evidence else ()
    personal = LocalForge(signed, lambda commit: room.commit(commit).parents)
    return HostedBranch(room, settings, hosted_tip(room)).forge(beside=personal)


def _signed(
    room: CleanRoom, evidence: Oid, settings: SettingsSpec, keys: frozenset[tuple[str, str]]
) -> Iterator[tuple[SignedProposal, str]]:
    paths = {e.oid: p for p, e in room.listing(evidence, "proposals").items() if RECORD_PATH.fullmatch(p)}
    for oid, content in room.blobs(paths, limit=LARGEST_RECORD):
        found = parse_record(paths[oid], content) if isinstance(content, bytes) else None
        if found is None or not isinstance(found.payload, SignedProposal):
            continue
        if (found.payload.person, f"key:{found.signer}") not in keys:
            continue
        if (found.payload.repository, found.payload.branch) == (settings.repository, settings.protected_branch):
            yield found.payload, found.signer or ""


def _keys(room: CleanRoom, tip: Oid) -> frozenset[tuple[str, str]]:
    """(name of a User, address of a key of theirs)."""
    users = resources(room, room.listing(tip, "registry/users"))
    return frozenset((user.metadata.name, address) for _, user in users for address in addresses(user))
