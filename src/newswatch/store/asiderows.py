"""The rows of what goes with hits: deliveries to sinks, muted stories and rules. Few: their values are kept."""

from __future__ import annotations

from newswatch.model.delivery import Delivery, RuleMute, StoryMute
from newswatch.model.digest import digest
from newswatch.model.hit import HitId
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
