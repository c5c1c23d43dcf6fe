"""The check ``weak-key``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.decision import SETTINGS_PATH
from govops.doctor.circumstances import Circumstances
from govops.doctor.means import weakness
from govops.evidence.verification import fingerprint
from govops.finding import Finding
from govops.kinds.user import User


def check(facts: Circumstances) -> Iterator[Finding]:
    """Keys of people and recorders are Ed25519, or RSA of at least 3072 bits.

    ## Why it matters
    Whoever breaks a key can sign as its owner, also for the past. Keys of other types are of no use: govops verifies
    no signature by them, so what they sign does not count.

    ## How to fix it
    Make a new key with `ssh-keygen -t ed25519`, and replace the old one by a reviewed change.
    """
    for owner, path, line in _keys(facts):
        wrong = weakness(line)
        if wrong:
            message = f"the key {fingerprint(line)} of {owner} {wrong}"
            hint = "replace it by an Ed25519 key"
            yield Finding("weak-key", message, hint=hint, path=path, subject=" ".join(line.split()[:2]))


def _keys(facts: Circumstances) -> Iterator[tuple[str, str, str]]:
    """(owner, path, key line) of recorders, then of active people by path."""
    for recorder in facts.law.settings.recorders:
        yield f"recorder {recorder.name}", SETTINGS_PATH, recorder.key
    for path, user in facts.law.snapshot.of_kind("User"):
        if isinstance(user, User) and user.spec.active:
            yield from ((user.metadata.name, path, line) for line in user.spec.keys)
