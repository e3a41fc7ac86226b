"""The recorded day: every outlet's file in `recorded/`, read once. Pure but for reading the package's own files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from newswatch.demo.outlet import Item, Outlet, read_outlet


@dataclass(frozen=True, slots=True)
class Day:
    """The outlets, in the order of their ids."""

    outlets: tuple[Outlet, ...]

    def outlet(self, outlet_id: str) -> Outlet:
        """One outlet. Raises KeyError."""
        for outlet in self.outlets:
            if outlet.id == outlet_id:
                return outlet
        raise KeyError(outlet_id)

    @property
    def items(self) -> tuple[Item, ...]:
        """Every item once, as it first read, in the order of publication."""
        every = (item for outlet in self.outlets for item in outlet.first_texts)
        return tuple(sorted(every, key=lambda item: (item.published_at, item.guid)))


@cache
def load_day() -> Day:
    """The day that ships with newswatch. Raises ValueError, naming the file, for one that breaks its rules."""
    folder = files("newswatch.demo").joinpath("recorded")
    texts = sorted((file.name, file.read_text("utf-8")) for file in folder.iterdir() if file.name.endswith(".toml"))
    outlets = []
    for name, text in texts:
        try:
            outlets.append(read_outlet(text))
        except (KeyError, ValueError) as error:
            raise ValueError(f"recorded/{name}: {error}") from error
    return Day(tuple(sorted(outlets, key=lambda outlet: outlet.id)))
