"""The check ``idle-recorder``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.decision import SETTINGS_PATH
from govops.doctor.circumstances import Circumstances
from govops.evidence.book import EvidenceBook
from govops.evidence.records import Chained
from govops.evidence.signature import same_key
from govops.finding import Finding
from govops.rule import warning


def check(facts: Circumstances) -> Iterator[Finding]:
    """Every recorder's key in Settings signs, and the one that signed last is the only one.

    ## Why it matters
    A key that signs nothing can still be stolen, and whatever it signs counts. Either the recorder was never set up
    or it was replaced.

    ## How to fix it
    Set the recorder up. Or destroy its private key, then take the public one out of Settings by a reviewed change: the
    order matters, because a key that approved Settings once named stays good for whatever it signs.
    """
    if facts.book is None:
        return
    last = {recorder.name: _last(facts.book, recorder.key) for recorder in facts.law.settings.recorders}
    newest = max(filter(None, last.values()), default=None)
    for name, at in last.items():
        if at is None:
            message, hint = f"recorder {name} never signed a record", "set it up, or take its key out of Settings"
            yield Finding("idle-recorder", message, hint=hint, path=SETTINGS_PATH, subject=name)
        elif newest is not None and at < newest:
            message = f"recorder {name} last signed at {at}, and another one since, at {newest}"
            hint = "if it was replaced, destroy its private key and take the public one out of Settings"
            yield warning(Finding("idle-recorder", message, hint=hint, path=SETTINGS_PATH, subject=name))


def _last(book: EvidenceBook, key: str) -> str | None:
    """When the key's newest record was made."""
    own = (record.payload for record in book.records if record.signer and same_key(key, record.signer))
    return max((made.recorded_at for made in own if isinstance(made, Chained)), default=None)
