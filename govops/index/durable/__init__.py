"""What git does not hold and no rebuild of the index touches: who asked for what, tokens, and what was done already."""

from govops.index.durable.store import Upgraded, opened, upgrade

__all__ = ["Upgraded", "opened", "upgrade"]
