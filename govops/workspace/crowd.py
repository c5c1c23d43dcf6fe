"""People of a repository, most of whom no proposal concerns: those who matter are found by their files' bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from govops.engine.grouping import Change
from govops.evidence.book import EvidenceBook
from govops.evidence.records import Account
from govops.evidence.signature import GIT_NAMESPACE, signer
from govops.evidence.testimony import from_headers
from govops.history import Commit, Entry


@dataclass(frozen=True, slots=True)
class Crowd:
    """User files by path, as (what stands there, its bytes in lower case)."""

    files: Mapping[str, tuple[Entry, bytes]]

    def holding(self, words: Iterable[str]) -> dict[str, Entry]:
        """Files in which any of the words stands, in any letter case; and those that spell something with escapes."""
        wanted = [word.lower().encode("utf-8", "surrogateescape") for word in set(words) if word]
        return {
            path: entry
            for path, (entry, text) in self.files.items()
            if b"\\" in text or any(word in text for word in wanted)
        }


def words_of(change: Change, book: EvidenceBook) -> Iterator[str]:
    """Every address under which somebody took part in a change: e-mails, account ids and keys."""
    for commit in (*change.side, *change.commits):
        yield from (claim.email for claim in from_headers(commit, committer=True))
        yield from _key(commit)
    for record in book.records:
        yield from (record.signer or "").split()[1:]
    receipt = change.attribution.receipt
    proposal = receipt[1].proposal if receipt else None
    if proposal is not None:
        accounts: list[Account | None] = [proposal.opener, proposal.merger]
        accounts += [one.account for one in proposal.contributors]
        accounts += [one.account for one in proposal.reviews]
        yield from (account.id for account in accounts if account is not None)
        yield from (contributor.email for contributor in proposal.contributors)


def _key(commit: Commit) -> Iterator[str]:
    if commit.signature is not None and commit.signed_payload is not None:
        yield from (signer(commit.signed_payload, commit.signature, GIT_NAMESPACE) or "").split()[1:]
