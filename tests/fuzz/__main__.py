"""``python -m tests.fuzz [--seconds N] [TARGET…]``: look for inputs that break a target; 1 where some did.

What is found lies below ``build/fuzz``, with the inputs that reached new code, from which the next run goes on.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from tests.fuzz import TARGETS, seed_folders
from tests.support.lowest import ROOT

_LONGEST = 10  # seconds for one input
_MEMORY = 1024  # MiB


def command(target: str, work: Path, *options: str) -> list[str]:
    """The process that fuzzes one target: it writes into ``work`` and reads the seeds."""
    limits = (f"-timeout={_LONGEST}", f"-rss_limit_mb={_MEMORY}", f"-artifact_prefix={work}/broken-")
    corpus = work / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    folders = map(str, [corpus, *seed_folders(target)])
    return [sys.executable, "-m", "tests.fuzz.engine", target, *limits, *options, *folders]


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.fuzz")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"default: all of {', '.join(TARGETS)}")
    parser.add_argument("--seconds", type=int, default=60, help="for each target (default: 60)")
    options = parser.parse_args()
    if unknown := set(options.targets) - set(TARGETS):
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    broken = []
    for target in options.targets or TARGETS:
        sys.stdout.write(f"{target}: {options.seconds} seconds\n")
        sys.stdout.flush()
        work = ROOT / "build" / "fuzz" / target
        run = command(target, work, f"-max_total_time={options.seconds}", "-print_final_stats=1")
        if subprocess.run(run, cwd=ROOT, check=False).returncode:
            broken.append(target)
    sys.stdout.write(f"broken: {', '.join(broken)}; the inputs are in build/fuzz\n" if broken else "nothing broke\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
