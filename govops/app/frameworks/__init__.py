"""Frameworks: what was shown for each clause, and the packs that come with govops."""

from govops.app.frameworks.packs import Pack, add_packs, packs
from govops.app.frameworks.reporting import about, outcome

__all__ = ["Pack", "about", "add_packs", "outcome", "packs"]
