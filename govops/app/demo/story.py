"""All chapters as one story, in the order in which the changes landed."""

from __future__ import annotations

from govops.app.demo.first_models import first_models
from govops.app.demo.founding import FIRST_RECORDER, founding
from govops.app.demo.keys import public_line
from govops.app.demo.operations import operations
from govops.app.demo.plot import Change
from govops.app.demo.promises import promises
from govops.app.demo.spring import spring
from govops.app.demo.use_cases import use_cases
from govops.app.demo.versions import versions
from govops.app.demo.violations import violations
from govops.app.demo.winter import winter


def _told() -> tuple[Change, ...]:
    chapters = (
        *founding(public_line(FIRST_RECORDER)),
        *first_models(),
        *use_cases(),
        *versions(),
        *operations(),
        *winter(),
        *violations(),
        *spring(),
        *promises(),
    )
    return tuple(sorted(chapters, key=lambda change: change.on))


STORY = _told()
