"""Run one program and tell what it cost: ``python -I -S launcher.py DESCRIPTOR PROGRAM [ARGUMENT]…``.

A process of its own, and a small one: Linux counts to a program's peak whatever stood in memory before its `exec`,
and a benchmark that has just written a repository holds more than the program that it measures.
"""

from __future__ import annotations

import os
import sys
import time


def main(descriptor: str, *command: str) -> None:
    """Write exit code, processor seconds, wall seconds and KiB at the peak, children included, to the descriptor."""
    began = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ)
    _, status, used = os.wait4(child, 0)
    wall = time.perf_counter() - began
    told = (os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, wall, used.ru_maxrss)
    os.write(int(descriptor), " ".join(map(str, told)).encode("ascii"))


if __name__ == "__main__":
    main(*sys.argv[1:])
