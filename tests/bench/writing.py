"""The story as a repository, with the evidence that its changes need, kept until the generator changes."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from govops.evidence.records import (
    Account,
    ContextBlob,
    Contributor,
    FileState,
    Proposal,
    Receipt,
    Review,
    Subject,
    record_bytes,
    record_id,
    record_path,
    signed_bytes,
)
from govops.git.writer import Draft, RepositoryWriter, Stamp
from tests.bench.sizes import Size
from tests.bench.story import Plan, Story
from tests.support.cast import FORGE, RECORDER, Person, signed
from tests.support.files import REPOSITORY

_START = 1_700_000_000  # seconds; the first commit
_PACE = 300  # seconds between two changes
_DIGITS = 12  # of the generator's name
_FORGE = ("Forge", "noreply@forge.example")


def repository(size: Size, folder: Path) -> Path:
    """The repository of that size below ``folder``, written now if the same generator has not written it before."""
    path = folder / f"{size.name}-{_generator(size)}"
    if not path.is_dir():
        half = folder / f"{size.name}-unfinished"
        for old in (half, *folder.glob(f"{size.name}-{'[0-9a-f]' * _DIGITS}")):
            shutil.rmtree(old, ignore_errors=True)
        with RepositoryWriter(half) as writer:
            _Scribe(writer, size).write()
        half.rename(path)
    return path


def _generator(size: Size) -> str:
    """A name for the size and every source that its content follows from."""
    here = Path(__file__).parent
    sources = [here / name for name in ("company.py", "sizes.py", "story.py", "writing.py")]
    sources += [here.parent / "support" / name for name in ("cast.py", "files.py")]
    digest = hashlib.sha256(repr(size).encode())
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:_DIGITS]


@dataclass(slots=True)
class _Scribe:
    writer: RepositoryWriter
    size: Size
    tip: str = ""
    seconds: int = _START
    number: int = 0
    blobs: dict[str, str] = field(default_factory=dict)
    evidence: str = ""
    last: tuple[int, str | None] = (-1, None)

    def write(self) -> None:
        story = Story(self.size)
        files = story.founding()
        founder = self._stamp(story.people[0])
        draft = Draft("Adopt govops\n", founder, founder, files=files)
        self.tip = self.writer.commit(draft, ref="refs/heads/main")
        self._remember(files)
        for plan in story.changes():
            self._land(plan)

    def _land(self, plan: Plan) -> None:
        self.seconds += _PACE
        self.number += 1
        base, head = self.tip, ""
        author, forge = self._stamp(plan.author), self._stamp(_FORGE)
        parents: tuple[str, ...] = (base,)
        if plan.merge:
            head = self.writer.commit(Draft(f"{plan.title}\n", author, author, parents, plan.files))
            parents = (base, head)
        message = f"{plan.title} (#{self.number})\n\n{self._trailers(plan)}"
        draft = Draft(message, author, forge, parents, plan.files)
        self.tip = self.writer.commit(draft, ref="refs/heads/main")
        if self.size.mode == "receipt":
            self._record(plan, base, head or self.tip)
        self._remember(plan.files)

    def _trailers(self, plan: Plan) -> str:
        if self.size.mode != "trailer":
            return ""
        return "".join(f"Reviewed-by: {one.display_name} <{one.emails[0]}>\n" for one in plan.reviewers)

    def _remember(self, files: dict[str, bytes]) -> None:
        if self.size.mode == "receipt":
            self.blobs.update((path, _blob(content)) for path, content in files.items())

    def _record(self, plan: Plan, base: str, head: str) -> None:
        """One commit on the evidence branch, with the receipt of the change that has just landed."""
        sequence, previous = self.last
        at = datetime.fromtimestamp(self.seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        receipt = Receipt(
            type="govops/receipt/v1",
            recorder=RECORDER,
            sequence=sequence + 1,
            previous=previous,
            recorded_at=at,
            repository=REPOSITORY,
            branch="main",
            base=base,
            tip=self.tip,
            landed_at=at,
            proposal=self._proposal(plan, base, head, at),
        )
        self.last = (sequence + 1, record_id(receipt))
        content = record_bytes(receipt, signed(RECORDER, signed_bytes(receipt)))
        stamp = self._stamp(_FORGE)
        parents = (self.evidence,) if self.evidence else ()
        draft = Draft("Record\n", stamp, stamp, parents, {record_path(receipt): content})
        self.evidence = self.writer.commit(draft, ref="refs/heads/govops/evidence")

    def _proposal(self, plan: Plan, base: str, head: str, at: str) -> Proposal:
        about = tuple(self._subjects(plan))
        context = tuple(ContextBlob(path=path, oid=self.blobs.get(path)) for path in plan.context)
        author = plan.author
        return Proposal(
            forge=FORGE,
            id=str(self.number),
            title=plan.title,
            opener=_account(author),
            merger=_account(plan.reviewers[0]),
            method="merge" if plan.merge else "squash",
            merge_bases=(base,),
            head=head,
            subjects=about,
            contributors=(
                Contributor(source="opener", account=_account(author)),
                Contributor(source="author", name=author.display_name, email=author.emails[0]),
            ),
            reviews=tuple(
                Review(
                    id=f"{self.number}-{number}",
                    account=_account(reviewer),
                    decision="approve",
                    at=at,
                    head=head,
                    subjects=about,
                    context=context,
                )
                for number, reviewer in enumerate(plan.reviewers)
            ),
        )

    def _subjects(self, plan: Plan) -> Iterator[Subject]:
        for path, content in sorted(plan.files.items()):
            old = self.blobs.get(path)
            was = FileState(mode="100644", oid=old) if old else None
            yield Subject(path=path, old=was, new=FileState(mode="100644", oid=_blob(content)))

    def _stamp(self, who: Person | tuple[str, str]) -> Stamp:
        name, email = who if isinstance(who, tuple) else (who.display_name, who.emails[0])
        return Stamp(name, email, self.seconds)


def _account(person: Person) -> Account:
    return Account(forge=FORGE, id=person.accounts[0], login=person.name)


def _blob(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
