"""What reading and validating the same files costs without govops' own reader: ``python -m tests.bench.reading``."""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

from govops.kinds import KINDS


def read(root: Path) -> int:
    """Load every YAML file of the governed roots with libyaml and validate it as what it says it is; how many."""
    models = {kind.name: kind.model for kind in KINDS}
    count = 0
    for folder in ("registry", "policies"):
        for path in sorted((root / folder).rglob("*.yaml")):
            document = yaml.load(path.read_bytes(), yaml.CSafeLoader)  # noqa: TID251 -- what others pay
            models[document["kind"]].model_validate(document)
            count += 1
    return count


if __name__ == "__main__":
    sys.stdout.write(f"{read(Path(sys.argv[1]))} files\n")
