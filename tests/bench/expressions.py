"""What fifty rules of the company's own add: to a check of all files, and to the audit of the whole history."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench.cost import Cost, cheapest, run
from tests.bench.rules import outside
from tests.bench.sizes import Size
from tests.bench.table import Row
from tests.support import files

_ROOT = Path(__file__).parents[2]
_GOVOPS = (sys.executable, "-m", "govops")
RULED = ("middle",)  # the sizes that are measured
_RULES = 50
_FILES = {
    "Model": "registry/models/*/model.yaml",
    "ModelVersion": "registry/models/*/versions/*.yaml",
    "Deployment": "registry/deployments/*/*.yaml",
    "UseCase": "registry/use-cases/*.yaml",
    "Incident": "registry/incidents/*.yaml",
}
_NEVER_BROKEN = (  # nothing is found, and everything is asked
    "resource.kind != '{number}'",
    "resource.metadata.name.size() < 64 && !resource.metadata.name.startsWith('-{number}')",
    "resource.metadata.labels.all(label, label != 'rule-{number}')",
    "exists(key) || key != '{number}'",
)


def rules() -> Iterator[files.File]:
    """Each about one kind and all of its resources; every fourth asks for something in the registry."""
    for number in range(_RULES):
        kind, expression = list(_FILES)[number % len(_FILES)], _NEVER_BROKEN[number % len(_NEVER_BROKEN)]
        yield files.rule(f"rule-{number}", expression.format(number=number), kinds=(kind,))


def own_rules(size: Size, repository: Path, folder: Path) -> Iterator[Row]:
    """Against the same without rules; and what one evaluation costs."""
    standing = {name: _copy(repository, folder / f"{size.name}-{name}-files") for name in ("free", "ruled")}
    for path, data in rules():
        (standing["ruled"] / path).parent.mkdir(exist_ok=True)
        (standing["ruled"] / path).write_bytes(data)
    free, ruled = (
        cheapest((*_GOVOPS, "validate", "--repository", one), cwd=_ROOT, times=3) for one in standing.values()
    )
    yield Row(size.name, f"validate with {_RULES} rules", ruled, free)
    asked = sum(_RULES // len(_FILES) for pattern in _FILES.values() for _ in standing["ruled"].glob(pattern))
    added = Cost(ruled.cpu - free.cpu, ruled.wall - free.wall)
    yield Row(size.name, f"each of {asked} evaluations", added.part(1 / asked), target="20 µs")
    audit = (*_GOVOPS, "audit", repository, "--quiet", "--policies")
    plain = run((*audit, outside(size, folder / f"{size.name}-free")), cwd=_ROOT, ok=False)
    judged = run((*audit, outside(size, folder / f"{size.name}-ruled", *rules())), cwd=_ROOT, ok=False)
    yield Row(size.name, f"audit by rules from outside, with {_RULES} rules", judged, plain, "1.5")


def _copy(repository: Path, folder: Path) -> Path:
    for root in ("policies", "registry"):
        shutil.copytree(repository / root, folder / root)
    return folder
