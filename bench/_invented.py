"""Rules and news that nobody wrote: a made-up language with the statistics of a real one, from a fixed seed.

Words are drawn by Zipf's law (rank r about as often as 1 / r), as in every human language; names of two to
four words recur the same way, and rules ask for both. Some texts are in Cyrillic or Han, for which the
same rule book has rules. Must never know of the matcher: what it makes are queries and documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from math import log10
from random import Random

from newswatch.model.entry import Document

__all__ = ["Invented"]

_SMALL_WORDS = (  # as in English: they are a third of what is written
    "the of and to in a is for on that with as by at it from was has be are an its this not but have he will were "
    "said who after more which been would their had about up out than over new into also they one his when"
)
_VOCABULARY = 60_000
_NAMES = 8_000
_NAME_SHARE = 0.08  # of the places in a text
_FREQUENT = 15_000  # rules are about rarer words than these: they name people, places, firms
_SILENT = 20_000  # words that no text has
_SILENCE = 0.5  # of the words in rules
_SOURCES = 400
_AUTHORS = 3_000
_SURNAMES = 4_000
_SIGNS = 3_000  # of the Han writing
_LATIN = (
    "b c d f g h j k l m n p qu r s t v w x z br ch cr dr fl gl gr kr pl sh st th tr",
    "a e i o u a e i o u ai ea ou",
)
_CYRILLIC = ("б в г д ж з к л м н п р с т ф х ц ч ш", "а е и о у я ё й")
_ACCENTS = str.maketrans("aeiouc", "áéïöüç")


@dataclass(frozen=True, slots=True)
class _Zipf:
    """Values, the most frequent first, with what `Random.choices` needs to draw them."""

    values: tuple[str, ...]
    sums: tuple[float, ...]


class Invented:
    """A language, and what is written in it. The same seed gives the same, in the same order."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        words = list(self._words(_LATIN, _VOCABULARY + _SILENT + _SURNAMES, accents=0.02))
        self._latin = self._zipf([*_SMALL_WORDS.split(), *words[:_VOCABULARY]])
        self._silent = words[_VOCABULARY : _VOCABULARY + _SILENT]
        self._surnames = [word.capitalize() for word in words[_VOCABULARY + _SILENT :]]
        self._cyrillic = self._zipf([*self._words(_CYRILLIC, _VOCABULARY // 4)])
        self._han = self._zipf([chr(0x4E00 + place) for place in self._random.sample(range(0x5000), _SIGNS)])
        self._names = self._zipf([self._name() for _ in range(_NAMES)])
        self._sources = [" ".join(self._random.sample(self._surnames, 2)) for _ in range(_SOURCES)]
        self._authors = [" ".join(self._random.sample(self._surnames, 2)) for _ in range(_AUTHORS)]

    # What is written.

    def entries(self, count: int) -> list[Document]:
        """Entries of a feed: 60 words in title, summary, tags, author and source."""
        return [self._entry() for _ in range(count)]

    def articles(self, count: int, characters: int) -> list[Document]:
        """Whole articles of about so many characters, with a title and a line about them."""
        return [self._article(characters) for _ in range(count)]

    def foreign(self, count: int, characters: int) -> list[Document]:
        """Articles in Han writing, which has a word in each character."""
        return [Document(title=self._han_text(20), content=self._han_text(characters), lang="zh") for _ in range(count)]

    def _entry(self) -> Document:
        tags = tuple(self._drawn(self._latin) for _ in range(3))
        author = self._random.choice(self._authors)
        source = self._random.choice(self._sources)
        url = f"https://{self._rare()}.example/{self._random.randrange(10**8)}/{self._rare()}-{self._rare()}.html"
        title, summary, lang = self._piece(9), self._piece(41), "en"
        kind = self._random.random()
        if kind < 0.04:
            title, summary, lang = self._cyrillic_text(9), self._cyrillic_text(43), "uk"
        elif kind < 0.08:
            title, summary, lang = self._han_text(12), self._han_text(42), "zh-CN"
        return Document(title=title, summary=summary, author=author, source=source, tags=tags, url=url, lang=lang)

    def _article(self, characters: int) -> Document:
        paragraphs: list[str] = []
        written = 0
        while written < characters:
            paragraphs.append(self._piece(60))
            written += len(paragraphs[-1]) + 2
        author = self._random.choice(self._authors)
        source = self._random.choice(self._sources)
        return Document(
            title=self._piece(9), content="\n\n".join(paragraphs)[:characters], author=author, source=source
        )

    def _piece(self, count: int) -> str:
        """Sentences of about so many words, with the signs and capitals of a newspaper."""
        written: list[str] = []
        is_first = True
        for word in self._random.choices(self._latin.values, cum_weights=self._latin.sums, k=count):
            chance = self._random.random()
            if chance < _NAME_SHARE / 2.5:  # a name has two to three words
                word = self._drawn(self._names).title()  # noqa: PLW2901 - the word gives way to a name
            elif chance < 0.05:
                word = self._random.choice(("U.S.", "12,500", "3.5", "2024", "D.P.R.K.", "18th"))  # noqa: PLW2901
            elif chance < 0.07:
                word = f"{word}’s"  # noqa: PLW2901
            elif chance < 0.09:
                word = f"“{word}”"  # noqa: PLW2901
            elif chance < 0.10:
                word = f"{word}-{self._drawn(self._latin)}"  # noqa: PLW2901
            written.append(word[:1].upper() + word[1:] if is_first else word)
            chance = self._random.random()
            is_first = chance < 0.05
            if is_first:
                written[-1] += "."
            elif chance < 0.12:
                written[-1] += ","
            elif chance < 0.125:
                written[-1] += " —"
        return " ".join(written) + "."

    def _cyrillic_text(self, count: int) -> str:
        words = self._random.choices(self._cyrillic.values, cum_weights=self._cyrillic.sums, k=count)
        return " ".join(words).capitalize() + "."

    def _han_text(self, count: int) -> str:
        signs = self._random.choices(self._han.values, cum_weights=self._han.sums, k=count)
        return "".join(sign + ("，" if self._random.random() < 0.08 else "") for sign in signs) + "。"

    # What is asked for.

    def rules(self, count: int) -> list[str]:
        """Different queries, in the mix that a news desk has."""
        found: dict[str, None] = {}
        while len(found) < count:
            found[self._rule()] = None
        return list(found)

    def plain_rules(self, count: int) -> list[str]:
        """Queries of what Lucene's language has too: words, quotes, groups, fields, AND, OR, NOT and `*`."""
        found: dict[str, None] = {}
        while len(found) < count:
            found[self._plain_rule()] = None
        return list(found)

    def _rule(self) -> str:
        draw = self._random.random()
        if draw < 0.20:
            return self._rare()
        if draw < 0.53:
            return self._phrase()
        if draw < 0.68:
            return " OR ".join(self._operand() for _ in range(self._random.randint(2, 5)))
        if draw < 0.78:
            return f"{self._operand()} AND ({self._operand()} OR {self._operand()})"
        if draw < 0.84:
            return f"{self._operand()} NOT {self._operand()}"
        if draw < 0.89:
            return f"{self._rare()} NEAR/{self._random.randint(2, 12)} {self._rare()}"
        if draw < 0.92:
            return f"title:{self._phrase()}"
        if draw < 0.97:
            return self._wild()
        if draw < 0.98:
            return f"{{{self._phrase().title()}}}"
        if draw < 0.99:
            return self._drawn_rare(self._cyrillic, 1_000)
        return "".join(self._drawn_rare(self._han, 30) for _ in range(self._random.randint(2, 4)))

    def _plain_rule(self) -> str:
        draw = self._random.random()
        if draw < 0.20:
            return self._operand(quote='"')
        if draw < 0.45:
            return " OR ".join(self._operand(quote='"') for _ in range(self._random.randint(2, 6)))
        if draw < 0.75:
            group = " OR ".join(self._operand(quote='"') for _ in range(self._random.randint(2, 4)))
            return f"{self._operand(quote=chr(34))} AND ({group})"
        group = " OR ".join(self._operand(quote='"') for _ in range(2))
        return f"title:{self._operand(quote=chr(34))} AND ({group}) AND NOT {self._rare()}"

    def _operand(self, quote: str = "") -> str:
        draw = self._random.random()
        if draw < 0.06:
            return self._wild()
        return self._rare() if draw < 0.45 else f"{quote}{self._phrase()}{quote}"

    def _phrase(self) -> str:
        """A name that texts speak of, or words that have not met yet."""
        if self._random.random() < 0.5:
            return self._drawn_rare(self._names, 200)
        return " ".join(self._rare() for _ in range(self._random.randint(2, 4)))

    def _wild(self) -> str:
        """A word whose end, or beginning, is left open."""
        word = self._rare()
        return f"{word[: max(6, len(word) - 2)]}*" if self._random.random() < 0.8 else f"*{word[-7:]}"

    # Words.

    def _rare(self) -> str:
        """A word that a rule is about; of a watch list, half is not in the news at all."""
        if self._random.random() < _SILENCE:
            return self._random.choice(self._silent)
        return self._drawn_rare(self._latin, _FREQUENT)

    def _drawn(self, zipf: _Zipf) -> str:
        return self._random.choices(zipf.values, cum_weights=zipf.sums)[0]

    def _drawn_rare(self, zipf: _Zipf, first: int, last: int = 0) -> str:
        """One between two ranks, or beyond one; each order of magnitude of ranks is as likely as the next."""
        last = last or len(zipf.values)
        return zipf.values[min(int(first * (last / first) ** self._random.random()), last - 1)]

    def _zipf(self, values: list[str]) -> _Zipf:
        return _Zipf(tuple(values), tuple(accumulate(1 / (rank + 2.7) for rank in range(len(values)))))

    def _words(self, letters: tuple[str, str], count: int, accents: float = 0.0) -> Iterator[str]:
        """Different words of syllables; rarer ones are longer."""
        seen = set(_SMALL_WORDS.split())
        wanted = len(seen) + count
        onsets, vowels = letters[0].split(), letters[1].split()
        while len(seen) < wanted:
            syllables = max(2, round(self._random.gauss(1.3 + log10(1 + len(seen)) / 3, 0.5)))
            word = "".join(self._random.choice(onsets) + self._random.choice(vowels) for _ in range(syllables))
            word += self._random.choice(("", "", *onsets[:16]))
            if word not in seen:
                seen.add(word)
                yield word.translate(_ACCENTS) if self._random.random() < accents else word

    def _name(self) -> str:
        """Two to four words that are met without the others too."""
        count = self._random.choice((2, 2, 2, 3, 3, 4))
        return " ".join(self._drawn_rare(self._latin, 500, _FREQUENT) for _ in range(count))
