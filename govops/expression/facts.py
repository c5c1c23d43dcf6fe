"""What expressions may ask about: the registry as it stands, and what was done to it before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from govops.expression.data import AnyResource, Data, value_at
from govops.history.deeds import Deed, Deeds
from govops.history.snapshot import Snapshot
from govops.kinds import kind_named, split_key
from govops.kinds.custom import CustomKind
from govops.kinds.deployment import Deployment

_MOST = 20_000_000  # characters of resources as JSON that one evaluation may be given
_PEOPLE = ("User", "Role")
_CALL = 1_000  # what a question costs beside its answer


class UnansweredError(Exception):
    """An expression asks for something that is not there; the text is shown."""


@dataclass(slots=True)
class Facts:
    """Answers for one state of a registry, which somebody else moves on.

    ``deeds`` is None where no history is read. ``custom`` are the kinds of the user's own, ``read`` reads a document of
    theirs at a path. ``outside`` has people and roles where they are kept elsewhere.

    Of one evaluation are ``asked``, what its answers rest on (keys, ``Kind/*`` for all of a kind, and ``>key`` for
    those who name a key), ``sides``, the resource before and after the change, ``spent``, how much it was given, and
    ``admit``, which raises where it could not bear a datum of that length and size.
    """

    snapshot: Snapshot
    deeds: Deeds | None
    custom: Callable[[], tuple[CustomKind, ...]]
    read: Callable[[str], AnyResource | None]
    outside: Snapshot | None = None
    data: Data = field(default_factory=Data)
    asked: set[str] = field(default_factory=set)
    spent: int = 0
    sides: tuple[Mapping[str, Any], Mapping[str, Any]] = ({}, {})
    admit: Callable[[int, int], None] = field(default=lambda items, size: None)

    def exists(self, key: str) -> bool:
        """Whether a resource of that key stands."""
        return self._find(*self._key(key)) is not None

    def ref(self, key: str) -> Any:
        """The resource of that key."""
        return self.get(*self._key(key))

    def get(self, kind: str, name: str) -> Any:
        """The resource of that kind and name."""
        self._known(kind)
        found = self._find(kind, name)
        if found is None:
            raise UnansweredError(f"there is no {kind}/{name[:100]}")
        return self._given([found])[0]

    def all(self, kind: str) -> Any:
        """Every resource of the kind, by path."""
        own = self._known(kind)
        self.asked.add(f"{kind}/*")
        if own is None:
            return self._given([resource for _, resource in self._home(kind).of_kind(kind)])
        return self._given([found for path in self._paths(own) if (found := self.read(path)) is not None])

    def about(self, kind: str, key: str) -> Any:
        """Resources of the kind that refer to the key, by path."""
        self._known(kind)
        wanted = self._key(key)
        self.asked.add(f">{key}")
        files = self.snapshot.files
        named = (files[path].resource for path in self.snapshot.referrers(*wanted))
        return self._given([resource for resource in named if resource is not None and resource.kind == kind])

    def approved_by(self, key: str, action: str = "") -> list[str]:
        """Who counted as approver in the last change of the resource, or the last one by that action."""
        last = _last(self._deeds(key), action)
        if not all(deed.is_told for deed in last):
            raise UnansweredError(f"nobody can tell who approved {key[:100]}")
        return sorted({name for deed in last for name in deed.approvers})

    def approved_at(self, key: str, action: str = "") -> datetime:
        """When the last change with an approval that counted landed."""
        approved = [deed for deed in self._deeds(key) if deed.approvers]
        return _instant(_last(approved, action), f"{key[:100]} has no approval that counted")

    def contributors(self, key: str) -> list[str]:
        """Everybody who took part in any change of it, sorted."""
        return sorted({name for deed in self._deeds(key) for name in deed.contributors})

    def in_environment_since(self, key: str, environment: str) -> datetime:
        """When the version that runs there now came to run there."""
        kind, name = self._key(key)
        model, _, version = name.partition("/")
        deployment = self._find("Deployment", f"{environment}/{model}")
        if kind != "ModelVersion" or not isinstance(deployment, Deployment) or deployment.spec.version != version:
            raise UnansweredError(f"{key[:100]} does not run in {environment[:20]}")
        deeds = self._deeds(str(deployment.key))
        came = [deed for deed in deeds if deed.action != "model.update_deployment"]
        return _instant(came[-1:], "it ran there before there were rules")

    def changed(self, field: str) -> bool:
        """Whether the field differs; never where the resource comes or goes."""
        old, new = self.sides
        return bool(old and new) and value_at(old, field) != value_at(new, field)

    def _find(self, kind: str, name: str) -> AnyResource | None:
        self.asked.add(f"{kind}/{name}")
        own = self._known(kind)
        return self._home(kind).find(kind, name) if own is None else self.read(own.path_of(name))

    def _home(self, kind: str) -> Snapshot:
        return self.outside if self.outside is not None and kind in _PEOPLE else self.snapshot

    def _known(self, kind: str) -> CustomKind | None:
        """None for a built-in kind."""
        if kind_named(kind) is not None:
            return None
        for own in self.custom():
            if own.name == kind:
                return own
        raise UnansweredError(f'there is no kind "{kind[:63]}"')

    def _paths(self, own: CustomKind) -> Iterator[str]:
        return (path for path in sorted(self.snapshot.files) if own.match(path) is not None)

    def _key(self, text: str) -> tuple[str, str]:
        self._spend(0)
        try:
            return split_key(text)
        except ValueError as error:
            raise UnansweredError(str(error)) from error

    def _deeds(self, key: str) -> Sequence[Deed]:
        if self.deeds is None:
            raise UnansweredError("no history is read here")
        self._key(key)
        self.asked.add(key)
        return self.deeds.of(key)

    def _given(self, resources: Sequence[AnyResource]) -> list[Any]:
        found = [self.data.of(resource) for resource in resources]
        self._spend(sum(datum.size for datum in found))
        items = max([len(found), *(datum.items for datum in found)])
        self.admit(items, max((datum.size for datum in found), default=0))
        return [datum.value for datum in found]

    def _spend(self, size: int) -> None:
        self.spent += size + _CALL
        if self.spent > _MOST:
            raise UnansweredError("it asks for more of the registry than one evaluation may read")


def tokens(resource: AnyResource) -> Iterator[str]:
    """What answers that rest on this resource are noted under, as in :class:`Facts`."""
    yield str(resource.key)
    yield f"{resource.key.kind}/*"
    for reference in resource.references():
        yield f">{reference.key}"


def _last(deeds: Iterable[Deed], action: str) -> list[Deed]:
    """What the last change did among these; one change may do several things."""
    known = [deed for deed in deeds if not action or deed.action == action]
    return [deed for deed in known if deed.commit == known[-1].commit]


def _instant(deeds: Sequence[Deed], otherwise: str) -> datetime:
    if not deeds:
        raise UnansweredError(otherwise)
    if deeds[0].time is None:
        raise UnansweredError("nobody attests when that was")
    return datetime.fromisoformat(deeds[0].time)
