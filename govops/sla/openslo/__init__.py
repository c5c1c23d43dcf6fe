"""OpenSLO (openslo/v1), both ways: what both can say is kept, and what cannot be said is listed."""

from govops.sla.openslo.reading import Draft, Given, Imported, imported
from govops.sla.openslo.writing import Exported, exported

__all__ = ["Draft", "Exported", "Given", "Imported", "exported", "imported"]
