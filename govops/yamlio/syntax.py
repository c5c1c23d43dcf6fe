"""What libyaml says when it cannot go on, in our words."""

from __future__ import annotations

import yaml

from govops.yamlio.problem import Problem

MAX_DEPTH = 32
TOO_DEEP = (f"nested more than {MAX_DEPTH} deep", "flatten it")

_QUOTE = 'put text that holds ": ", " #" or starts with one of `@%&*!|>{[ into quotes'
_INDENT = "align the keys of a mapping in one column, and indent what is inside by two spaces"
_CLOSE_QUOTE = "close the quote; a quote inside quotes is written twice ('') or as \\\""

# libyaml's own words -> (ours, hint). Its texts are fixed and never hold any of the input.
_SAID = {
    "mapping values are not allowed in this context": ('a ": " is not expected here', _QUOTE),
    "block sequence entries are not allowed in this context": ('a "- " item is not expected here', _INDENT),
    "block mapping keys are not allowed in this context": ("a key is not expected here", _INDENT),
    "could not find expected ':'": ('a ":" is missing after this key', "write `key: value`"),
    "did not find expected key": ("a key is expected here", _INDENT),
    "did not find expected '-' indicator": ('a "- " item is expected here', _INDENT),
    "did not find expected ',' or ']'": ("this list is not closed", 'put "," between items and "]" at the end'),
    "did not find expected ',' or '}'": ("this mapping is not closed", 'put "," between entries and "}" at the end'),
    "did not find expected node content": ("a value is expected here", _QUOTE),
    "did not find expected <document start>": ("this does not belong to the mapping above", _INDENT),
    "found character that cannot start any token": ("a value cannot start with this character", _QUOTE),
    "found unexpected end of stream": ("this quote is never closed", _CLOSE_QUOTE),
    "found unexpected document indicator": ("this quote is never closed", _CLOSE_QUOTE),
    "found unknown escape character": ("this escape is unknown", 'a backslash in double quotes is written "\\\\"'),
    "found invalid Unicode character escape code": ("this escape is no character", "write the character itself"),
    "did not find expected hexdecimal number": ("this escape lacks hexadecimal digits", "write the character itself"),
    "control characters are not allowed": ("this character is not allowed", "remove it"),
    "exceeded maximum nesting depth": TOO_DEEP,  # libyaml from 0.2.6 on gives up before it tells of the first bracket
}
# Better shown where the thing began than where the parser ran out of it.
_AT_CONTEXT = (
    "did not find expected ',' or ']'",
    "did not find expected ',' or '}'",
    "found unexpected end of stream",
    "found unexpected document indicator",
    "could not find expected ':'",
)
_DIRECTIVE = ("directive", "incompatible YAML document", "version number")


def syntax_problem(error: yaml.YAMLError | ValueError | OverflowError | RecursionError | MemoryError) -> Problem:
    """Where the parser gave up and why; a failure without a place points at the first line."""
    said = str(getattr(error, "problem", None) or "")
    marks = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    mark = (marks[1] if said in _AT_CONTEXT else None) or marks[0] or marks[1]
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    if not isinstance(error, yaml.YAMLError):
        message, hint = f"cannot be read as YAML: {type(error).__name__}", "make the file smaller or simpler"
        return Problem("unreadable-file", message, hint, line, column)
    if any(word in f"{said} {getattr(error, 'context', '')}" for word in _DIRECTIVE):
        return directive(line)
    message, hint = _SAID.get(said, (said or "not YAML", "compare the line with the examples of this kind"))
    return Problem("unreadable-file", message, hint, line, column)


def directive(line: int) -> Problem:
    """A ``%YAML`` or ``%TAG`` line."""
    message = 'a line that starts with "%" is a YAML directive, which govops does not read'
    return Problem("forbidden-yaml", message, "remove the line", line, 1)
