"""Where it is done: one repository, the key that records, and the two databases beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from govops.git import Stamp
from govops.workspace.keys import SigningKey

SERVICE = ("govops", "govops@localhost")


@dataclass(frozen=True, slots=True)
class Site:
    """One governed repository. Without ``key`` nothing can be proposed here, without ``store`` nothing is logged.

    ``index`` and ``store`` are database URLs (``sqlite:////srv/index.db``, ``postgresql+psycopg://host/name``).
    ``service`` are name and address of whoever commits what people propose; Settings list the address among ``tools``
    or the forge's committers. ``sources`` are folders of measurements by the name of their connection. ``environment``
    holds credentials of forges and databases.
    """

    repository: Path
    key: SigningKey | None = None
    index: str = ""
    store: str = ""
    service: tuple[str, str] = SERVICE
    sources: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)

    def stamp(self, seconds: int) -> Stamp:
        """The service as a commit names it; ``seconds`` since 1970."""
        return Stamp(*self.service, seconds)
