"""What rules that look at more than one change cost, against the same audit without them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench.company import founding
from tests.bench.cost import run
from tests.bench.sizes import Size
from tests.bench.table import Row
from tests.support.files import File, conflict, duty, segregation

_ROOT = Path(__file__).parents[2]
_GOVOPS = (sys.executable, "-m", "govops")
_LIVES = [
    conflict(duty("contribute", "model.register"), duty("approve", "model.approve"), "model"),
    conflict(duty("contribute", "model.*", fields=["risk_tier"]), duty("approve", "model.*"), "resource"),
    conflict(duty("approve", "model.approve"), duty("approve", "model.deploy_production"), "version"),
]


def duties(size: Size, repository: Path, folder: Path) -> Iterator[Row]:
    """Three conflicts over whole lives, advisory so that the same changes are allowed; what came before the adoption is
    judged, too, and is not.
    """
    plain = run((*_audit(repository), outside(size, folder / f"{size.name}-plain")), cwd=_ROOT, ok=False)
    yield Row(size.name, "audit by rules from outside", plain)
    policy = segregation(lifecycle=_LIVES, enforcement="advisory")
    apart = run((*_audit(repository), outside(size, folder / f"{size.name}-apart", policy)), cwd=_ROOT, ok=False)
    yield Row(size.name, "the same, duties kept apart over lives", apart, plain)


def outside(size: Size, folder: Path, *more: File) -> Path:
    """The company's own rules and people beside the repository, and some more."""
    for path, content in (founding(size) | dict(more)).items():
        if isinstance(content, bytes):
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    return folder


def _audit(repository: Path) -> tuple[str | Path, ...]:
    return (*_GOVOPS, "audit", repository, "--quiet", "--policies")
