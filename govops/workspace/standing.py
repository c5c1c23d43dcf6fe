"""A repository as it stands: what its protected branch and its evidence branch hold now. Its past is not judged."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from govops import yamlio
from govops.decision import SETTINGS_PATH, Law, is_rule_file
from govops.errors import UndecidableError, UsageError
from govops.evidence.book import Trust
from govops.git import CleanRoom
from govops.git.locate import Location, locate
from govops.history import Chain, Oid
from govops.kinds.settings import Settings
from govops.lifecycle import is_control_file
from govops.workspace.documents import LARGEST_DOCUMENT
from govops.workspace.evidence import EvidenceBranch, read_evidence
from govops.workspace.files import Tree, commit_reader, read_tree
from govops.workspace.opening import Branch, open_branches


@dataclass(frozen=True, slots=True)
class Standing:
    """What was read. ``law`` are the rules that stand at the tip of ``protected``.

    ``chain`` and ``records`` are None where the clone does not hold them whole; ``cut_off`` then says why.
    ``adopted`` is the position on the chain of the commit that adopted govops; ``recorders`` are those (name, key)
    that Settings on the chain ever named.
    """

    location: Location
    protected: Branch
    evidence: Branch | None
    tree: Tree
    law: Law
    chain: Chain | None = None
    records: EvidenceBranch | None = None
    adopted: int = 0
    recorders: frozenset[tuple[str, str]] = frozenset()
    cut_off: UndecidableError | None = None

    @property
    def trust(self) -> Trust:
        """Every recorder that Settings on the chain ever named; an audit tells which an approved change named."""
        settings = self.law.settings
        named = tuple(sorted(self.recorders))
        return Trust(named, settings.repository, settings.protected_branch, settings.evidence.accept_unsigned)

    @property
    def current(self) -> tuple[str, ...]:
        """The keys of the recorders that Settings name at the tip."""
        return tuple(recorder.key for recorder in self.law.settings.recorders)


def read_standing(repository: Path, *, ref: str | None = None, evidence_ref: str | None = None) -> Standing:
    """Read a repository as it stands.

    UsageError without readable Settings at the tip, UndecidableError where not even the tip can be read.
    """
    location = locate(repository, discover=repository == Path("."))
    with open_branches(repository, ref=ref, evidence_ref=evidence_ref) as (room, protected, evidence):
        tree = rule_tree(room, protected.tip)
        law = Law(tree.snapshot)
        if not _has_settings(tree):
            raise UsageError(
                f"{protected.ref} has no readable {SETTINGS_PATH} at {protected.tip[:12]}",
                hint="adopt govops with `govops init`, or name another branch with --ref",
            )
        try:
            chain = room.chain(protected.tip)
            records = read_evidence(room, evidence.tip if evidence else None)
            adopted, recorders = _past(room, chain)
        except UndecidableError as error:
            return Standing(location, protected, evidence, tree, law, cut_off=error)
        return Standing(location, protected, evidence, tree, law, chain, records, adopted, recorders)


def rule_tree(room: CleanRoom, commit: Oid) -> Tree:
    """What a commit says of rules and people: policies, users, roles, and the control files beside them."""
    entries = {path: entry for path, entry in room.tree(commit).items() if is_rule_file(path) or is_control_file(path)}
    return read_tree(entries, commit_reader(room, entries))


def _past(room: CleanRoom, chain: Chain) -> tuple[int, frozenset[tuple[str, str]]]:
    """Where Settings first came to be, and every recorder (name, key) that Settings on the chain ever named."""
    adopted, seen = 0, dict[Oid, None]()
    for place, step in enumerate(room.steps(chain, settings_path=SETTINGS_PATH)):
        if step.introduces and not seen:
            adopted = place
        seen.update({diff.new.oid: None for diff in step.diffs or () if diff.path == SETTINGS_PATH and diff.new})
    named: set[tuple[str, str]] = set()
    for _, content in room.blobs(seen, limit=LARGEST_DOCUMENT):
        found = yamlio.load(content, path=SETTINGS_PATH).resource if isinstance(content, bytes) else None
        if isinstance(found, Settings):
            named |= {(recorder.name, recorder.key) for recorder in found.spec.recorders}
    return adopted, frozenset(named)


def _has_settings(tree: Tree) -> bool:
    file = tree.snapshot.files.get(SETTINGS_PATH)
    return file is not None and isinstance(file.resource, Settings)
