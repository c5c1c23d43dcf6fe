"""Some rows of an index compared with the files that they are about, whenever it is continued."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Connection, func, select

from govops.history import Entry
from govops.index.schema.registry import resources
from govops.kinds.custom import document_of
from govops.workspace.documents import LARGEST_DOCUMENT
from govops.workspace.opening import Scene

_SAMPLE = 16  # rows


def agrees(connection: Connection, scene: Scene) -> bool:
    """Whether a few documents, each time others, say what their blobs say; only files of built-in kinds are asked.

    What is altered in many rows is found soon; to be sure, `govops index verify` compares all.
    """
    seed = hashlib.sha256(f"{scene.tip} {scene.evidence_tip}".encode()).digest()
    last = connection.execute(select(func.max(resources.c.valid_from))).scalar_one() or 0
    columns = (resources.c.path, resources.c.mode, resources.c.blob_id, resources.c.document)
    for at in range(_SAMPLE):
        position = int.from_bytes(seed[2 * at : 2 * at + 2], "big") * last >> 16
        known = select(*columns).where(resources.c.valid_from >= position, resources.c.document.is_not(None))
        row = connection.execute(known.order_by(resources.c.valid_from).limit(1)).one_or_none()
        if row is not None and not _is_so(tuple(row), scene):
            return False
    return True


def _is_so(row: tuple[Any, ...], scene: Scene) -> bool:
    path, mode, blob, document = row
    found = scene.documents.load(path, Entry(mode, blob), (), limit=LARGEST_DOCUMENT).resource
    return found is None or document_of(found) == document
