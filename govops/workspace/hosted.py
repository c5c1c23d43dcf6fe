"""The branch on which a server of ours keeps its proposals, read: signed documents, of which foreign ones are none.

``open/<id>.json`` and ``closed/<first two of id>/<id>.json``, each ``{"payload": …, "signature": …}``, canonical JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache

from pydantic import ValidationError

from govops.errors import UndecidableError
from govops.evidence.records import canonical, enveloped
from govops.evidence.signature import same_key, signer
from govops.forge import Forge
from govops.forge.hosted import HostedForge, HostedProposal
from govops.git import CleanRoom
from govops.history import Oid
from govops.kinds.settings import SettingsSpec
from govops.workspace.keys import SigningKey

HOSTED = "govops/hosted"
PROPOSALS = "govops/proposals/"
TRAILER = "govops-proposal"  # of the head of each proposal
PROPOSAL_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")
_LARGEST = 1 << 20  # bytes of one document


class HostedBranch:
    """What the branch holds at ``tip``, as far as one of the recorders of Settings signed it.

    ``tip`` is None where there is no such branch. A document counts at its own place only, for this repository and
    branch, and what is closed is not open as well.
    """

    def __init__(self, room: CleanRoom, settings: SettingsSpec, tip: Oid | None) -> None:
        self.room = room
        self.tip = tip
        self._about = settings.repository, settings.protected_branch
        doubted = [one.key for one in settings.compromised]
        known = (" ".join(recorder.key.split()[:2]) for recorder in settings.recorders)
        self._keys = tuple(key for key in known if not any(same_key(other, key) for other in doubted))

    @cached_property
    def open(self) -> dict[str, HostedProposal]:
        """Proposals that are open, by id, in the order of ids."""
        found = self._read(self._listing)
        return {kept.id: kept for kept in found if kept is not None and self._closed(kept.id) is None}

    @cached_property
    def ignored(self) -> tuple[str, ...]:
        """Paths below ``open/`` that count for nothing: unsigned, signed by others, at another's place."""
        read = zip(self._listing, self._read(self._listing), strict=True)
        return tuple(path for path, kept in read if kept is None or kept.id not in self.open)

    def everything(self) -> Iterator[tuple[Oid, HostedProposal]]:
        """Every proposal that counts, open or closed, with the blob of its document, in the order of paths."""
        if self.tip is None:
            return
        entries = {**self.room.listing(self.tip, "closed"), **self.room.listing(self.tip, "open")}
        texts = dict(self.room.blobs(dict.fromkeys(entry.oid for entry in entries.values()), limit=_LARGEST))
        found = {path: self._believed(path, texts.get(entry.oid)) for path, entry in entries.items()}
        closed = {kept.id for kept in found.values() if kept is not None and kept.state != "open"}
        for path, kept in found.items():
            if kept is not None and (kept.state != "open" or kept.id not in closed):
                yield entries[path].oid, kept

    def find(self, id_: str) -> HostedProposal | None:
        """The proposal of that id, open or closed."""
        if self.tip is None or not PROPOSAL_ID.fullmatch(id_):
            return None
        return self._closed(id_) or next(iter(self._read([open_path(id_)])), None)

    def check_continues(self, earlier: HostedBranch) -> None:
        """UndecidableError unless every proposal of the earlier branch stands here, or what can have become of it."""
        ours, before = self.tip, earlier.tip
        if before is None or ours == before:
            return
        if ours is None or not self._has(before) or not self.room.is_ancestor(before, ours):
            raise _put_back(before)
        changed = [change.path for change in self.room.difference(before, ours) if change.old is not None]
        for id_ in dict.fromkeys(path.rpartition("/")[2].removesuffix(".json") for path in changed):
            kept, now = earlier.find(id_), self.find(id_)
            if kept is not None and (now is None or not now.follows(kept)):
                raise _put_back(before)

    def unfinished(self, landed: Callable[[Oid], bool]) -> tuple[HostedProposal, ...]:
        """Proposals that the last commit of the branch calls merged by a commit that never landed."""
        parents = self.room.commit(self.tip).parents if self.tip else ()
        if self.tip is None or not parents:
            return ()
        changed = [c.path for c in self.room.difference(parents[0], self.tip) if c.new and c.path.startswith("closed/")]
        found = (kept for kept in self._read(changed) if kept is not None and kept.merge_commit)
        return tuple(kept for kept in found if not landed(kept.merge_commit or ""))

    def _has(self, commit: Oid) -> bool:
        try:
            return bool(self.room.commit(commit))
        except UndecidableError:
            return False

    def of(self, commit: Oid) -> tuple[str, ...]:
        """Ids of the proposals whose head a commit is, or merges: heads name their proposal."""
        heads = (commit, *self.room.commit(commit).parents[1:])
        named = ((head, words) for head in heads for key, words in self.room.commit(head).trailers() if key == TRAILER)
        found = ((head, self.find(words)) for head, words in named)
        return tuple(dict.fromkeys(kept.id for head, kept in found if kept is not None and kept.head == head))

    def forge(self, beside: Forge | None = None) -> HostedForge:
        """These proposals as a forge tells of them."""
        return HostedForge(self.find, self.of, beside)

    @cached_property
    def _listing(self) -> tuple[str, ...]:
        return tuple(self.room.listing(self.tip, "open")) if self.tip else ()

    def _closed(self, id_: str) -> HostedProposal | None:
        return next(iter(self._read([closed_path(id_)])), None)

    def _read(self, paths: Iterable[str]) -> list[HostedProposal | None]:
        """What stands at each path, None where that is no document which counts."""
        if self.tip is None:
            return []
        paths = tuple(paths)
        entries = {path: self.room.entry(self.tip, path) for path in paths}
        wanted = dict.fromkeys(entry.oid for entry in entries.values() if entry)
        texts = dict(self.room.blobs(wanted, limit=_LARGEST))
        return [self._believed(path, texts.get(entry.oid) if entry else None) for path, entry in entries.items()]

    def _believed(self, path: str, content: object) -> HostedProposal | None:
        kept = _signed_by(content, self._keys) if isinstance(content, bytes) else None
        if kept is None or (kept.repository, kept.branch) != self._about:
            return None
        return kept if path == path_of(kept) else None


def _put_back(tip: Oid) -> UndecidableError:
    return UndecidableError(
        f"somebody else has rewritten {HOSTED}: it does not continue what the server wrote",
        hint="after a backup was restored remove govops-hosted.lock; otherwise see who did it, and put it back: "
        f"git update-ref refs/heads/{HOSTED} {tip}",
    )


def hosted_tip(room: CleanRoom) -> Oid | None:
    """The last commit of the branch, here or at origin."""
    return room.ref(f"refs/heads/{HOSTED}") or room.ref(f"refs/remotes/origin/{HOSTED}")


def document(kept: HostedProposal, key: SigningKey) -> bytes:
    """The whole file of a proposal, signed."""
    signed = canonical(kept.model_dump(mode="json"))
    return enveloped(signed, key.sign(signed))


def path_of(kept: HostedProposal) -> str:
    """Where a proposal's document stands."""
    return open_path(kept.id) if kept.state == "open" else closed_path(kept.id)


def open_path(id_: str) -> str:
    """Where the document of an open proposal stands."""
    return f"open/{id_}.json"


def closed_path(id_: str) -> str:
    """Where the document of a closed proposal stands."""
    return f"closed/{id_[:2]}/{id_}.json"


@lru_cache(maxsize=8192)
def _signed_by(content: bytes, keys: tuple[str, ...]) -> HostedProposal | None:
    """The proposal in a file, if one of the keys signed it as it stands there."""
    try:
        envelope = json.loads(content)
        payload, armour = envelope["payload"], envelope["signature"]
        kept = HostedProposal.model_validate_json(canonical(payload))
    except (ValueError, KeyError, TypeError, ValidationError, RecursionError):
        return None
    if not isinstance(armour, str) or enveloped(canonical(payload), armour) != content:
        return None
    return kept if signer(canonical(payload), armour) in keys else None


def overlapping(kept: Iterable[HostedProposal], paths: Iterable[str]) -> Iterator[tuple[HostedProposal, str]]:
    """Proposals that change one of these paths, each with the first of them."""
    wanted = sorted(paths)
    for one in kept:
        shared = next((path for path in wanted if path in one.paths), None)
        if shared is not None:
            yield one, shared
