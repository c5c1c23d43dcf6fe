"""Everything that a repository can plant to run a program on, or lie to, whoever reads it."""

from __future__ import annotations

import zlib
from pathlib import Path

from tests.support.git import git
from tests.support.world import World

# Git runs what these name, each at its own occasion; %s is a program that leaves a trace.
_CONFIG = """
[core]
	fsmonitor = %(run)s
	sshCommand = %(run)s
	pager = %(run)s
	editor = %(run)s
	askPass = %(run)s
	gitProxy = %(run)s
	hooksPath = %(hooks)s
	attributesFile = %(attributes)s
[diff]
	external = %(run)s
[diff "planted"]
	textconv = %(run)s
	command = %(run)s
[filter "planted"]
	clean = %(run)s
	smudge = %(run)s
	process = %(run)s
	required = true
[merge "planted"]
	driver = %(run)s
[gpg]
	program = %(run)s
	format = ssh
[gpg "ssh"]
	program = %(run)s
	allowedSignersFile = %(attributes)s
	defaultKeyCommand = %(run)s
[log]
	showSignature = true
[credential]
	helper = !%(run)s
[alias]
	rev-list = !%(run)s
	cat-file = !%(run)s
	diff-tree = !%(run)s
	version = !%(run)s
[protocol]
	allow = always
[remote "origin"]
	url = ext::%(run)s
	fetch = +refs/heads/*:refs/remotes/origin/*
	uploadpack = %(run)s
	promisor = true
[uploadpack]
	packObjectsHook = %(run)s
[sequence]
	editor = %(run)s
[include]
	path = %(included)s
"""
_HOOKS = (
    *("reference-transaction", "post-checkout", "post-index-change", "pre-commit", "post-commit", "commit-msg"),
    *("post-merge", "post-rewrite", "pre-push", "fsmonitor-watchman", "p4-changelist", "sendemail-validate"),
)
_REFS = ("--output=x", "-x", "$(touch x)", "`touch x`", "a;touch x", "a|b", "--exec=touch", "'\"")
_PYTHON = ("yaml.py", "sitecustomize.py", "usercustomize.py", "pydantic.py", "click.py", "git.py", "conftest.py")


def plant(world: World, canary: Path) -> None:
    """Plant all of it. Whatever of it is run or obeyed leaves ``canary`` behind or changes what git says.

    The true objects and the true branch are not touched.
    """
    run = _program(canary)
    _plant_programs(world, run)
    _plant_lies(world)
    _plant_names(world)
    _plant_python(world.path, canary)


def _program(canary: Path) -> Path:
    program = canary.parent / "planted program"
    program.write_text(f"#!/bin/sh\ntouch '{canary}'\n")
    program.chmod(0o755)
    return program


def _plant_programs(world: World, run: Path) -> None:
    place = world.git_dir
    attributes = place / "planted-attributes"
    attributes.write_text("* diff=planted filter=planted merge=planted\n")
    hooks = place / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in _HOOKS:
        (hooks / name).write_bytes(run.read_bytes())
        (hooks / name).chmod(0o755)
    included = place / "included"
    included.write_text(f'[core]\n\tfsmonitor = "{run}"\n')
    values = {"run": f'"{run}"', "hooks": hooks, "attributes": attributes, "included": included}
    with (place / "config").open("a") as config:
        config.write(_CONFIG % values)
    (place / "info").mkdir(exist_ok=True)
    (place / "info" / "attributes").write_text("* diff=planted filter=planted merge=planted\n")


def _plant_lies(world: World) -> None:
    """Replacements, grafts, a poisoned commit-graph, borrowed objects in a circle."""
    place, tip = world.git_dir, world.main
    parent = world.node(tip).parents[0]
    decoy = world.objects.commit(
        world.objects.tree(world.node(parent).tree), [parent], author="X <x@example.org>", author_time="1 +0000"
    )
    world.objects.ref(f"refs/replace/{tip}", decoy)
    for path, (_, oid) in world.tree().items():
        if path.endswith("model.yaml"):
            world.objects.ref(f"refs/replace/{oid}", world.objects.blob(b"replaced: true\n"))
    (place / "info" / "grafts").write_text(f"{tip} {world.adoption}\n")
    git(place, "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "commit-graph", "write", "--reachable")
    for graph in (place / "objects" / "info").glob("commit-graph"):
        graph.chmod(0o600)
        graph.write_bytes(graph.read_bytes()[:-40] + b"\0" * 40)
    (place / "objects" / "info" / "alternates").write_text(f"../objects\n{place / 'objects'}\n")
    (place / "objects" / "pack" / "multi-pack-index").write_bytes(b"MIDX" + b"\0" * 100)


def _plant_names(world: World) -> None:
    for name in _REFS:
        world.objects.ref(f"refs/heads/{name}", world.adoption)
    world.objects.ref("refs/heads/broken", "0" * 7)
    # A bare repository in the work tree, of the kind that git discovers from a directory inside it.
    inside = world.path / "inner"
    for folder in ("objects", "refs"):
        (inside / folder).mkdir(parents=True)
    (inside / "HEAD").write_text("ref: refs/heads/main\n")
    (inside / "config").write_bytes((world.git_dir / "config").read_bytes())


def _plant_python(checkout: Path, canary: Path) -> None:
    trap = f"open({str(canary)!r}, 'w').close()\n"
    for name in _PYTHON:
        (checkout / name).write_text(trap)
    for package in ("govops", "jinja2", "encodings"):
        (checkout / package).mkdir(exist_ok=True)
        (checkout / package / "__init__.py").write_text(trap)
    (checkout / "pyproject.toml").write_text("[tool.govops]\nrules = 'none'\n")
    (checkout / ".env").write_text("GOVOPS_ALLOW=everything\n")
    (checkout / "git").write_text(f"#!/bin/sh\ntouch '{canary}'\n")
    (checkout / "git").chmod(0o755)


def damage(data: bytes, how: str, other: bytes) -> bytes | None:
    """An object's file after one kind of damage; None: it is gone. ``other`` is another object's file."""
    match how:
        case "deleted":
            return None
        case "emptied":
            return b""
        case "cut":
            return data[: len(data) // 2]
        case "flipped":
            middle = len(data) // 2
            return data[:middle] + bytes([data[middle] ^ 0x10]) + data[middle + 1 :]
        case "swapped":
            return other
        case "inflated":
            whole = zlib.decompress(data)
            return zlib.compress(whole[:-1] + bytes([whole[-1] ^ 1]))
    raise ValueError(how)
