"""Changes that nobody made: from a name or from documents to the facts that the judge of real ones is given."""

from govops.app.imagining.acts import Acts, Done
from govops.app.imagining.locating import Located, kind_pattern, locate
from govops.app.imagining.people import reachable
from govops.app.imagining.testimony import Told, imagined_facts

__all__ = ["Acts", "Done", "Located", "Told", "imagined_facts", "kind_pattern", "locate", "reachable"]
