"""The rows of what goes with hits and rules: deliveries to sinks, mutes of stories and rules, searches for rules.

Few: their values are kept.
"""

from __future__ import annotations

from newswatch.model.delivery import Delivery, RuleMute, StoryMute
from newswatch.model.digest import digest
from newswatch.model.hit import HitId
from newswatch.model.ruleform import RuleForm
from newswatch.store import codec
from newswatch.store.rowform import json_of
from newswatch.store.rows import JsonRow, read


def delivery_id(hit_id: HitId, sink: str) -> str:
    """The id of the row of a delivery."""
    return digest(hit_id, sink)


class DeliveryRow(JsonRow):
    """The last attempt to tell one sink of one hit."""

    __slots__ = ("delivery",)

    def __init__(self, json: bytes, delivery: Delivery) -> None:
        self._json = json
        self.delivery = delivery

    @classmethod
    def of(cls, delivery: Delivery) -> DeliveryRow:
        """The row of a delivery."""
        return cls(json_of(codec.encode_delivery(delivery)), delivery)

    @classmethod
    def read(cls, _: str, json: bytes) -> DeliveryRow:
        """The row of this JSON; ValueError if it cannot be read."""
        return cls(json, codec.decode_delivery(read(json)))


def mute_id(mute: StoryMute | RuleMute) -> str:
    """The id of the row of a mute: a story's is that of the story, which is a digest."""
    return f"{RULE_PREFIX}{mute.rule_id}" if isinstance(mute, RuleMute) else mute.story_id


RULE_PREFIX = "rule:"


class MuteRow(JsonRow):
    """A muted story, or a muted rule."""

    __slots__ = ("mute",)

    def __init__(self, json: bytes, mute: StoryMute | RuleMute) -> None:
        self._json = json
        self.mute = mute

    @classmethod
    def of(cls, mute: StoryMute | RuleMute) -> MuteRow:
        """The row of a mute."""
        return cls(json_of(codec.encode_mute(mute)), mute)

    @classmethod
    def read(cls, _: str, json: bytes) -> MuteRow:
        """The row of this JSON; ValueError if it cannot be read."""
        return cls(json, codec.decode_mute(read(json)))


class SearchedRow(JsonRow):
    """A rule that all that is stored was matched with; its id is the rule's."""

    __slots__ = ("form",)

    def __init__(self, json: bytes, form: RuleForm) -> None:
        self._json = json
        self.form = form

    @classmethod
    def of(cls, form: RuleForm) -> SearchedRow:
        """The row of a rule."""
        return cls(json_of(codec.encode_rule_form(form)), form)

    @classmethod
    def read(cls, row_id: str, json: bytes) -> SearchedRow:
        """The row of this JSON; ValueError if it cannot be read, or is another rule's."""
        form = codec.decode_rule_form(read(json))
        if form.rule_id != row_id:
            raise ValueError("a rule under another id")
        return cls(json, form)
