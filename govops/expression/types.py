"""The kinds as types of CEL: protobuf descriptors, made from the Pydantic models when an expression is first checked.

They serve the checker alone. What is evaluated are plain maps, in which a field that was left out is not there, so that
reading it is an error; a protobuf message would read as zero or as the empty text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.struct_pb2 import DESCRIPTOR as ANYTHING
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from govops.kinds import kind_named

_SCALARS: dict[Any, FieldDescriptorProto.Type.ValueType] = {
    str: FieldDescriptorProto.TYPE_STRING,
    bool: FieldDescriptorProto.TYPE_BOOL,
    int: FieldDescriptorProto.TYPE_INT64,
    float: FieldDescriptorProto.TYPE_DOUBLE,
}
_DYNAMIC = "google.protobuf.Value"


def message_of(kind: str) -> str | None:
    """The name of the type that documents of a built-in kind have; None for kinds of the user's own."""
    found = kind_named(kind)
    return f"{kind}.{found.model.__name__}" if found else None


def pool_of(kinds: Iterable[str]) -> DescriptorPool:
    """A pool that knows the built-in ones among these kinds."""
    pool = DescriptorPool()
    pool.AddSerializedFile(ANYTHING.serialized_pb)
    for kind in sorted(set(kinds)):
        found = kind_named(kind)
        if found is not None:
            pool.AddSerializedFile(_file(kind, found.model).SerializeToString())
    return pool


def fields_of(kind: str, part: str) -> list[str]:
    """The fields of one part of a built-in kind, by the name of its model, as they are written."""
    found = kind_named(kind)
    model = _parts(found.model, {}).get(part) if found else None
    return [info.alias or name for name, info in model.model_fields.items()] if model else []


def _file(kind: str, model: type[BaseModel]) -> FileDescriptorProto:
    """One file for each kind, with the kind's name as its package: its parts may be called as those of another."""
    file = FileDescriptorProto(name=f"{kind}.proto", package=kind, syntax="proto3", dependency=[ANYTHING.name])
    for part in _parts(model, {}).values():
        message = file.message_type.add(name=part.__name__)
        for number, (name, info) in enumerate(part.model_fields.items(), start=1):
            _add(message, info, name=info.alias or name, number=number, package=kind)
    return file


def _parts(model: type[BaseModel], known: dict[str, type[BaseModel]]) -> dict[str, type[BaseModel]]:
    """Every model inside of this one and itself, by name."""
    if model.__name__ not in known:
        known[model.__name__] = model
        for info in model.model_fields.values():
            for inner in _models_in(info.annotation):
                _parts(inner, known)
    return known


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _add(message: DescriptorProto, info: FieldInfo, *, name: str, number: int, package: str) -> None:
    annotation = _plain(info.annotation)
    field = message.field.add(name=name, number=number, json_name=name, label=FieldDescriptorProto.LABEL_OPTIONAL)
    if get_origin(annotation) is dict:
        entry = message.nested_type.add(name="".join(map(str.capitalize, name.split("_"))) + "Entry")  # as protoc does
        entry.options.map_entry = True
        key = entry.field.add(name="key", number=1, label=FieldDescriptorProto.LABEL_OPTIONAL)
        value = entry.field.add(name="value", number=2, label=FieldDescriptorProto.LABEL_OPTIONAL)
        _type(key, str, package)
        _type(value, _plain(get_args(annotation)[1]), package)
        field.label = FieldDescriptorProto.LABEL_REPEATED
        field.type, field.type_name = FieldDescriptorProto.TYPE_MESSAGE, f".{package}.{message.name}.{entry.name}"
    elif get_origin(annotation) is tuple:
        field.label = FieldDescriptorProto.LABEL_REPEATED
        _type(field, _plain(get_args(annotation)[0]), package)
    else:
        _type(field, annotation, package)


def _type(field: FieldDescriptorProto, annotation: Any, package: str) -> None:
    """A single value, a message, or what may be anything: a union, or a list inside of a list."""
    if annotation in _SCALARS:
        field.type = _SCALARS[annotation]
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        field.type, field.type_name = FieldDescriptorProto.TYPE_MESSAGE, f".{package}.{annotation.__name__}"
    else:
        field.type, field.type_name = FieldDescriptorProto.TYPE_MESSAGE, f".{_DYNAMIC}"


def _plain(annotation: Any) -> Any:
    """Without what Pydantic checks, and without None; words of a closed list are texts."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        given = [argument for argument in get_args(annotation) if argument is not type(None)]
        return _plain(given[0]) if len(given) == 1 else Any
    if get_origin(annotation) is Literal:
        return str if all(isinstance(word, str) for word in get_args(annotation)) else Any
    return annotation
