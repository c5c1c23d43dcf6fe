"""Where the example company is: inside an installed package, or at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

import govops
from govops.errors import GovopsError


def example_company() -> Path:
    """The folder that holds the example's ``registry/`` and ``policies/``.

    A wheel carries it as ``govops/example``; an editable install finds the checkout's own top level.
    """
    package = Path(govops.__file__).parent
    for folder in (package / "example", package.parent):
        if (folder / "policies" / "govops.yaml").is_file() and (folder / "registry").is_dir():
            return folder
    raise GovopsError("the example company is not installed", hint="install govops from a wheel or a checkout again")
