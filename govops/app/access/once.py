"""Doing something once, however often it is asked for: after a time-out, a crash or a restart too.

with Once(site, actor, key, asked_for("models/register", body)) as once:
    if once.answer is None:
        once.keep({"proposal": ...}, Entry(event="result", status=202))
    return once.answer
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from govops.app.access.logbook import kept
from govops.app.access.rules import in_force
from govops.app.governance import Actor, BusyError, ConflictError, ReusedKeyError, Site
from govops.errors import RefusedError, UsageError
from govops.index.durable import keys, opened
from govops.index.durable.claims import claimed
from govops.index.durable.keys import Key
from govops.index.durable.log import Entry, append
from govops.index.engines import Database, writing
from govops.workspace.clock import now

_KEY = re.compile(r"[\x21-\x7e]{1,255}")


def asked_for(action: str, payload: Any) -> str:
    """SHA-256 of what is asked; ``payload`` is what JSON can say, the order of its names does not matter."""
    text = json.dumps([action, payload], sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


class Once:
    """One attempt at what is asked under a key of the actor's.

    ``answer`` is what was kept before, None where it has to be done. An earlier attempt may have died after it had done
    it: what is made has an id that follows from the key, and is looked for first.

    Entering raises ConflictError while another attempt is under way, ReusedKeyError where the key was used for
    something else, UsageError for what is no key or without a store.
    """

    def __init__(self, site: Site, actor: Actor, key: str, digest: str) -> None:
        if not _KEY.fullmatch(key):
            raise UsageError("an Idempotency-Key has 1 to 255 visible ASCII characters")
        self._site = site
        self._actor = actor
        self._key = key
        self._digest = digest
        self._held = ExitStack()
        self._is_first = False
        self.answer: Mapping[str, Any] | None = None

    def __enter__(self) -> Self:
        with kept(), ExitStack() as held:
            name = self._full()
            if not held.enter_context(claimed(self._store, json.dumps([name.repository, name.account, name.key]))):
                raise ConflictError("the same is being done right now", hint="ask again with the same key")
            with writing(self._store) as connection:
                asked, answer, self._is_first = keys.note(connection, name, self._digest, now())
            if asked != self._digest:
                raise ReusedKeyError("this Idempotency-Key was used for something else", hint="take a new one")
            self.answer = json.loads(answer) if answer is not None else None
            self._held = held.pop_all()
        return self

    def keep(self, answer: Mapping[str, Any], entry: Entry) -> None:
        """Keep the answer for ever, and log the result with it: both or neither."""
        row = replace(entry, person=self._actor.name, account=self._actor.account.address, key=self._key)
        with kept(), writing(self._store) as connection:
            keys.keep(connection, self._full(), json.dumps(answer, allow_nan=False))
            append(connection, in_force(self._site.repository).repository, now(), row)
        self.answer = answer

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """What was refused the first time did nothing, so its key may be used for something else."""
        with self._held:
            if self._is_first and self.answer is None and isinstance(error, UsageError | RefusedError):
                with suppress(BusyError), kept(), writing(self._store) as connection:
                    keys.free(connection, self._full())

    @property
    def _store(self) -> Database:
        return opened(self._site.store)

    def _full(self) -> Key:
        return Key(in_force(self._site.repository).repository, self._actor.account.address, self._key)
