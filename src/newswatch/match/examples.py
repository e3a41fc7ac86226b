"""A rule held against its own examples: the headlines that it must match, and those that it must not.

Must never know of files or of other rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from newswatch.match.compile import CompiledQuery
from newswatch.model.entry import Document
from newswatch.model.hit import Mark
from newswatch.model.rule import Rule

__all__ = ["Trial", "example_document", "trials"]


@dataclass(frozen=True, slots=True)
class Trial:
    """One example, and what came of it. `marks` is None where the rule does not match it."""

    key: str  # must or must_not
    number: int  # from 0, in its list
    text: str
    marks: tuple[Mark, ...] | None

    @property
    def is_passed(self) -> bool:
        """Whether the rule does with it what it should."""
        return (self.marks is not None) == (self.key == "must")

    @property
    def fault(self) -> str:
        """What is wrong, as a sentence about the rule; empty if nothing is."""
        if self.is_passed:
            return ""
        return f"{'it does not match' if self.key == 'must' else 'it matches'} its {self.key} example: {self.text}"


def trials(rule: Rule, query: CompiledQuery) -> Iterator[Trial]:
    """Each example of the rule in turn. Raises QueryError if a regular expression takes too long on one."""
    for key, texts in (("must", rule.must), ("must_not", rule.must_not)):
        for number, text in enumerate(texts):
            yield Trial(key, number, text, query.marks(example_document(text, query.fields)))


def example_document(text: str, fields: tuple[str, ...]) -> Document:
    """An example as the document it stands for: a headline, else the first field that the rule looks at."""
    match "title" if "title" in fields else (*fields, "title")[0]:
        case "summary":
            return Document(summary=text)
        case "content":
            return Document(content=text)
        case "author":
            return Document(author=text)
        case "source":
            return Document(source=text)
        case "tags":
            return Document(tags=(text,))
        case _:
            return Document(title=text)
