"""``python -m tests.fuzz.engine TARGET [OPTION…] [FOLDER…]``: one target under libFuzzer, which takes the rest.

It never returns: libFuzzer ends the process, with 0 after the wanted number of runs or seconds.
"""

from __future__ import annotations

import sys

import atheris

from tests.fuzz import check_of, seeds

if __name__ == "__main__":
    target = sys.argv[1]
    with atheris.instrument_imports(include=["govops", "sshsig"]):
        check = check_of(target)
        for seed in seeds(target):  # some modules are imported when they are needed
            check(seed.read_bytes())
    atheris.Setup(sys.argv[1:], check)
    atheris.Fuzz()
