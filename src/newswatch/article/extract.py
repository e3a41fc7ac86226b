"""A page becomes its article: the only module that knows trafilatura, and lxml, which it stands on.

Pure: no clock, no files, no network (trafilatura is given a tree, never an address to fetch). What may hang or eat
memory is the business of `worker`, which runs this in a process that can be killed. Never raises, whatever it is given.
"""

from __future__ import annotations

import codecs
import logging
import re
from collections.abc import Iterator
from configparser import ConfigParser
from copy import deepcopy
from typing import Any

from lxml import etree, html
from trafilatura.baseline import html2txt
from trafilatura.core import bare_extraction
from trafilatura.settings import DEFAULT_CONFIG

from newswatch.article.depth import shallow
from newswatch.article.facts import article_body, facts_of
from newswatch.article.feedtext import marked
from newswatch.article.markup import markdown_of
from newswatch.article.page import TEXT_LIMIT, PageFacts, PageReading
from newswatch.article.problems import problem_of, words_in
from newswatch.article.reshape import (
    divisions_as_paragraphs,
    join_parts,
    join_posts,
    set_loose_words,
    unset_prose,
    unset_tables,
    unset_words,
)
from newswatch.model.article import PageProblem, TextFrom
from newswatch.text.charset import decode
from newswatch.text.clean import clean_body, clean_line
from newswatch.text.html import html_to_text
from newswatch.text.markdown import unmarked
from newswatch.text.sentences import sentences
from newswatch.text.urls import host_of, safe_link

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it reports each page that it makes nothing of
logging.getLogger("htmldate").setLevel(logging.CRITICAL)

_PAGES = ("text/html", "application/xhtml+xml", "application/xml", "text/xml", "")
_MAGIC = ((b"%PDF-", "a PDF file"), (b"PK\x03\x04", "a zip or office file"), (b"\x1f\x8b", "a compressed file"))
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MANY_ELEMENTS = 60_000
_SHORT = DEFAULT_CONFIG.getint("DEFAULT", "MIN_EXTRACTED_SIZE")
"""Letters: of less trafilatura takes another guess, which loses sentences of short articles."""
_FOR_SHORT_ONES = deepcopy(DEFAULT_CONFIG)
_FOR_SHORT_ONES.set("DEFAULT", "MIN_EXTRACTED_SIZE", "1")
_MUCH_MORE = 1.5
_AS_MUCH = 0.7
_MUCH_OF = 0.4
_NEARLY_ALL = 0.9
_SAME_LETTERS = 20
_CUT_WITHIN = 200  # letters before the limit: the last line may have ended there
FEWEST_WORDS = 20
"""Words of a text of which can be said whether it has structure."""
FEWEST_OF_A_FLASH = 4
"""Words of an article that is a line."""
PARAGRAPH_WORDS = 70
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NO_LETTERS = frozenset({0xFFFE, 0xFFFF})
_REFERENCE = re.compile(r"&#(?:(\d{1,7})|[xX]([0-9a-fA-F]{1,6}));?")
_OF_NO_TEXT = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_MOST_OF_NO_TEXT = 0.02
_SNIFFED_BYTES = 2_000
_ENCODING = re.compile(r"<\?xml[^>]{0,200}\?>")


def read_page(body: bytes, url: str, content_type: str, *, is_plain: bool = False) -> PageReading:
    """The article of a page. `url` is where it was found: links are taken from there. `is_plain`: all its text, in time
    linear in its length, without a guess at what the article is.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if (other := _other_kind(body, kind)) is not None:
        return PageReading(problem=PageProblem.REFUSED, said=f"The link leads to {other}, not to a page.")
    markup = decode(body, content_type)
    if kind == "text/plain":
        return _plain(html_to_text(markup) if "<html" in markup[:1_000].lower() else markup, PageFacts(), url)
    if is_plain:
        return _plain(html_to_text(markup), PageFacts(), url)
    try:
        return _article(markup, url)
    except (etree.LxmlError, ValueError, RecursionError, AssertionError, MemoryError) as error:
        logging.getLogger(__name__).debug("no tree: %s", error)
    except Exception:  # trafilatura is large, and pages are hostile: the plainer way is always there
        logging.getLogger(__name__).debug("extraction failed", exc_info=True)
    return _plain(html_to_text(markup), PageFacts(), url)


def _other_kind(body: bytes, kind: str) -> str | None:
    """What a document is that is no page; None for a page, or what may be one."""
    for magic, name in _MAGIC:
        if body.startswith(magic):
            return name
    sniffed = body[:_SNIFFED_BYTES]
    is_text = len(_OF_NO_TEXT.findall(sniffed)) <= _MOST_OF_NO_TEXT * len(sniffed) or sniffed.startswith(_WIDE)
    if kind in _PAGES or kind == "text/plain":
        return None if is_text else "a file that is no text"
    family = kind.partition("/")[0]
    if family in {"image", "audio", "video", "font"}:
        return f"{'an' if family[0] in 'ai' else 'a'} {family} file"
    return None if b"<html" in body[:2_000].lower() else f"a file of another kind ({clean_line(kind, 60)})"


def _article(markup: str, url: str) -> PageReading:
    tree = _tree(_parseable(markup))
    base = tree.find(".//base[@href]")
    url = (safe_link(base.get("href"), url) if base is not None else None) or url
    facts = facts_of(tree)
    is_light = sum(1 for _ in tree.iter()) < _MANY_ELEMENTS
    text, links = _found(tree, url, facts) if is_light else ("", ())
    body = article_body(tree)
    if body and words_in(body) > (_AS_MUCH if _is_one_block(text) else _MUCH_MORE) * words_in(text):
        as_data = marked(clean_body(_data_text(body), TEXT_LIMIT))
        if not _is_one_block(as_data) or words_in(body) > _MUCH_MORE * words_in(text):
            text, links = as_data, ()
    if not text or _is_one_block(text):
        everything = html_to_text(markup) if text else _all_text(tree, markup)
        if not text or _is_all_of(text, everything):
            return _plain(everything, facts, url)
    said = unmarked(text).text
    problem, sentence = problem_of(facts, said, _visible(tree), host_of(url))
    return PageReading(text, TextFrom.PAGE, facts, links, problem, sentence or _of_its_length(said))


def _found(tree: Any, url: str, facts: PageFacts) -> tuple[str, tuple[str, ...]]:
    """The article of a page, which may be a short one, or one that knows no paragraphs."""
    text, links = _extracted(_reshaped(tree), url, facts.title, DEFAULT_CONFIG)
    if _is_one_paragraph(tree, text) if _is_one_block(text) else len(text) >= _SHORT:
        return text, links
    copy = _reshaped(tree)
    divisions_as_paragraphs(copy)
    again, others = _extracted(copy, url, facts.title, _FOR_SHORT_ONES)
    if "\n" in text:
        least = words_in(text)
    else:  # perhaps all that stands on the page
        least = FEWEST_OF_A_FLASH if facts.is_article else round(_MUCH_OF * words_in(text))
    return (again, others) if again and words_in(again) >= least else (text, links)


def _reshaped(tree: Any) -> Any:
    copy = deepcopy(tree)  # it is taken apart
    unset_tables(copy)
    unset_prose(copy)
    set_loose_words(copy)
    unset_words(copy)
    join_posts(copy)
    join_parts(copy)
    return copy


def _is_one_block(text: str) -> bool:
    """Whether a text of some length has no structure: that is also what trafilatura makes of what it cannot tell."""
    return "\n" not in text and words_in(text) >= FEWEST_WORDS


def _is_one_paragraph(tree: Any, text: str) -> bool:
    """Whether a text without structure is a paragraph of the page: then that is the article."""
    least, longest = round(_NEARLY_ALL * len(text)), 2 * len(text) + _SHORT
    for paragraph in tree.iter("p"):
        length = 0
        for piece in paragraph.itertext():
            length += len(piece)
            if length > longest:
                break
        if least <= length <= longest:
            return text[:_SAME_LETTERS] in " ".join("".join(paragraph.itertext()).split())
    return False


def _is_all_of(text: str, everything: str) -> bool:
    """Whether a text without structure is all that stands on the page, which says where its lines end."""
    most, least = words_in(everything) / _NEARLY_ALL, words_in(everything) * _NEARLY_ALL
    return "\n" in everything and least <= words_in(text) <= most


def _data_text(body: str) -> str:
    """The text of an article that is given as data: as plain text, as HTML, or as HTML that was escaped once more.

    Where its paragraphs were lost on the way, a few sentences make one: nobody reads a page without any.
    """
    text = html_to_text(body)
    text = html_to_text(text) if "</" in text else text
    return text if "\n" in text else "\n".join(_in_paragraphs(text))


def _in_paragraphs(text: str) -> Iterator[str]:
    start = words = 0
    for begins, ends in sentences(text):
        words += words_in(text[begins:ends])
        if words >= PARAGRAPH_WORDS:
            yield text[start:ends]
            start, words = ends, 0
    yield text[start:]


def _tree(markup: str) -> Any:
    parser = html.HTMLParser(huge_tree=False, remove_comments=True, remove_pis=True)
    tree = html.document_fromstring(markup, parser=parser)
    error = parser.error_log.last_error
    if error is None or error.type_name != "ERR_RESOURCE_LIMIT":
        return tree
    return html.document_fromstring(
        shallow(markup), parser=html.HTMLParser(huge_tree=False, remove_comments=True, remove_pis=True)
    )


def _parseable(markup: str) -> str:
    """What lxml reads to the end, into a tree that can be worked on.

    An XML declaration beside decoded text makes it refuse all, a NUL makes libxml2 end there, and another control
    character (or U+FFFE, U+FFFF), or a reference to one, is read but can never be written into a tree again.
    """
    text = _ENCODING.sub("", markup[:2_000], count=1) + markup[2_000:]
    return _REFERENCE.sub(_without_control, _CONTROL.sub("", text))


def _without_control(reference: re.Match[str]) -> str:
    letter = int(reference[1]) if reference[1] else int(reference[2], 16)
    is_control = letter in _NO_LETTERS or (letter < 0x20 and chr(letter) not in "\t\n\r")
    return "" if is_control else reference[0]


def _extracted(tree: Any, url: str, title: str, config: ConfigParser) -> tuple[str, tuple[str, ...]]:
    document = bare_extraction(
        tree,
        url=None,  # it would take every relative link from the root of the site
        fast=True,
        include_comments=False,
        include_tables=True,
        include_images=True,
        include_links=True,
        include_formatting=True,
        config=config,
    )
    return ("", ()) if document is None or isinstance(document, dict) else markdown_of(document.body, url, title)


def _plain(text: str, facts: PageFacts, url: str) -> PageReading:
    """The page without any guess at what its article is."""
    cleaned = clean_body(text, TEXT_LIMIT)
    problem, sentence = problem_of(facts, cleaned, cleaned, host_of(url))
    return PageReading(marked(cleaned), TextFrom.PLAIN, facts, (), problem, sentence or _of_its_length(cleaned))


def _of_its_length(text: str) -> str:
    """A sentence on a text that was cut, because nobody reads on; empty for one that was not."""
    letters = len(text) - text.count("\n")
    if letters < TEXT_LIMIT - _CUT_WITHIN:
        return ""
    return f"The page is longer than is kept: this is its beginning, {letters:,} letters."


def _all_text(tree: Any, markup: str) -> str:
    try:
        return str(html2txt(tree)) or html_to_text(markup)
    except Exception:  # noqa: BLE001 - trafilatura is large, and pages are hostile: our own plain text is always there
        return html_to_text(markup)


def _visible(tree: Any) -> str:
    """The beginning of what stands on the page."""
    pieces: list[str] = []
    length = 0
    for element in tree.iter():
        if element.tag in {"script", "style", "noscript", "template"}:
            continue
        for text in (element.text, element.tail):
            if text and not text.isspace():
                pieces.append(text.strip())
                length += len(text)
        if length > 8_000:
            break
    return " ".join(pieces)[:8_000]
