"""Trees: malformed, or entries in git's order that put together give the same bytes."""

from __future__ import annotations

import re

from govops.git.commits import MalformedError
from govops.git.hashing import format_named
from govops.git.trees import files, hole, parse_tree, sealed

_FORMS = (format_named("sha1"), format_named("sha256"))


def check(data: bytes) -> None:
    """In both object formats, against entries that a regular expression finds."""
    for form in _FORMS:
        try:
            keys, folders = parse_tree(data, form)
        except MalformedError:
            continue
        entries = re.findall(rb"([0-9]+) ([^\0]+)\0(.{%d})" % form.raw_size, data, re.DOTALL)
        assert b"".join(b"%b %b\0%b" % entry for entry in entries) == data
        assert keys == sorted(set(keys))
        assert [key.removesuffix(b"/") for key in keys] == [name for _, name, _ in entries]
        assert folders == {name + b"/": oid for mode, name, oid in entries if mode == b"40000"}
        tree = sealed(data, keys, {key: hole(oid, "not read") for key, oid in folders.items()}, form)
        assert list(tree.entries()) == list(zip(keys, [b"%b %b\0%b" % entry for entry in entries], strict=True))
        if not folders:
            assert [path.encode("utf-8", "surrogateescape") for path in files(tree, form)] == keys
