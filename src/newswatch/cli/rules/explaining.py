"""`newswatch rules explain`: a rule over a stored entry, clause by clause, for matches and non-matches alike."""

from __future__ import annotations

from datetime import UTC, datetime

from newswatch.cli.moments import iso
from newswatch.cli.options import Options
from newswatch.cli.output import Output, printed, say, shown
from newswatch.cli.rules.book import Shelf, open_history, open_shelf, say_mistake
from newswatch.cli.rules.marks import clause_fields, sign, tree_lines
from newswatch.engine.placing import scopes_of
from newswatch.errors import FileInvalid, QueryError
from newswatch.feeds.opml import load_feeds
from newswatch.match.explain import explain
from newswatch.match.matcher import compile_book
from newswatch.model.entry import Entry
from newswatch.model.hit import HitId
from newswatch.model.rule import Rule, RuleBook
from newswatch.store.tiny import TinyStore
from newswatch.text.urls import canonical_link


def explain_rule(options: Options, rule_id: str, link: str, *, as_json: bool) -> int:
    """Prints the clause tree. Returns 1 if no such entry is stored."""

    def verb(out: Output) -> int:
        shelf = open_shelf(options)
        rule = shelf.rule(rule_id)
        entry = _entry(shelf, link)
        if entry is None:
            say(f"nothing is stored under {shown(link)}; give the link of an entry, or the id of a hit")
            return 1
        try:
            clause = explain(rule.text, entry.document, shelf.book.aliases, rule.fields)
        except QueryError as mistake:
            say_mistake(rule.text, mistake)
            return mistake.exit_code
        outside = _outside(shelf, rule, entry)
        if as_json:
            out.json(
                {
                    "rule": rule.id,
                    "match": clause.is_held,
                    "outside": outside or None,
                    "entry": _entry_fields(entry),
                    "clause": clause_fields(rule.text, clause),
                }
            )
            return 0
        out.line(f"{sign(clause.is_held)} {shown(rule.label)}: {'matches' if clause.is_held else 'does not match'}")
        out.line(f"  {shown(entry.title)} — {shown(entry.source)}  {entry.link or ''}".rstrip())
        for line in tree_lines(clause):
            out.line(line)
        if outside:
            out.line(f"but {outside}")
        return 0

    return printed(verb)


def _entry(shelf: Shelf, link: str) -> Entry | None:
    """The entry of a hit with this id, else the newest with this link."""
    with open_history(shelf.paths) as history:
        return None if history is None else _newest(history, link)


def _newest(history: TinyStore, link: str) -> Entry | None:
    if (hit := history.hit(HitId(link))) is not None:
        return hit.entry
    page = canonical_link(link.strip())
    found = [entry for entry in history.entries() if entry.link is not None and canonical_link(entry.link) == page]
    if not found:
        found = [hit.entry for hit in history.hits() if hit.entry.link and canonical_link(hit.entry.link) == page]
    newest = max(found, key=lambda entry: entry.at, default=None)
    feeds = len({entry.feed_id for entry in found})
    if feeds > 1:
        say(f"{feeds} feeds have it; this is what the newest says")
    return newest


def _outside(shelf: Shelf, rule: Rule, entry: Entry) -> str:
    """Why the rule would not be asked of this entry whatever it says; empty if it would."""
    if not rule.enabled:
        return "the rule is switched off"
    if rule.has_expired(datetime.now(UTC)):
        return "the rule has expired"
    try:
        scopes = scopes_of({feed.id: feed for feed in load_feeds(shelf.paths.feeds).feeds})
    except FileInvalid as fault:
        say(f"whether the rule is for this feed cannot be said: {fault}")
        return ""
    matcher = compile_book(RuleBook(rules=(rule,), aliases=shelf.book.aliases))
    if not matcher.live:  # by its own examples
        return f"the rule is off: {matcher.problems[0].message}"
    live, document = matcher.live[0], entry.document
    if not live.is_for(document, None):
        return f"the rule is for {', '.join(rule.languages)}, and this is in {entry.lang}"
    if not live.is_for(document, scopes(entry.feed_id)):
        return f"the rule is for {', '.join(rule.feeds)}, and this came from another feed"
    return ""


def _entry_fields(entry: Entry) -> dict[str, object]:
    return {
        "feed": entry.feed_id,
        "key": entry.key,
        "title": entry.title,
        "link": entry.link,
        "source": entry.source,
        "published": None if entry.published_at is None else iso(entry.published_at),
        "seen": iso(entry.seen_at),
    }
