"""HTML to plain text: what a reader reads, and nothing that hangs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.text.html import decode_entities, html_to_text, plain


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("", ""),
        ("no markup", "no markup"),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<p>One\n  line</p>\n\n<p>Two <b>bold</b>words</p>", "One line\n\nTwo boldwords"),
        ("first<br>second<br/>third", "first\nsecond\nthird"),
        ("a<br><br><br>b", "a\n\nb"),
        ("<ul><li>one<li>two</ul>after", "• one\n• two\n\nafter"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a b\nc"),
        ("<pre>a\n  b\n\nc</pre>", "a\nb\n\nc"),
        ("x<script>if (a < b) alert('</p>')</script>y", "xy"),
        ("x<SCRIPT>1</Script >y<style>p{}</style>z", "xyz"),
        ("<head><title>no</title></head><body>yes</body>", "yes"),
        ("<template><p>no</p></template>yes", "yes"),
        ("x<script src='a'/>y", "xy"),
        ("before<script>never closed", "before"),
        ("a<!-- <b>no</b> -->b", "ab"),
        ("a<!-->b", "ab"),
        ("sa<!-- -- unclosed >fe", "safe"),
        ("a<?php echo 1 ?>b<!DOCTYPE html>c", "abc"),
        ('<a href="x>y" title=\'"\'>link</a>', "link"),
        ('<a href=a"b>link</a> "quoted"', 'link "quoted"'),
        ("1 < 2 and <3 and a<b>c</b>", "1 < 2 and <3 and ac"),
        ("<![CDATA[in <i>side</i>]]>", "in side"),
        ("cut in the middle of <a hre", "cut in the middle of"),
        ("<ruby>漢字<rt>かんじ</rt></ruby>", "漢字"),
        ("AT&amp;T &lt;b&gt; &#8217; &#x1F600; &nbsp;!", "AT&T <b> ’ 😀 !"),
        ("<p>&amp;lt;</p>", "&lt;"),
        ("plain &amp; with\n\nlines  kept", "plain & with\n\nlines kept"),
    ],
)
def test_markup_reads_as(markup: str, text: str) -> None:
    assert html_to_text(markup) == text


def test_plain_text_is_left_alone() -> None:
    assert plain("a <b> &amp; c", is_html=False) == "a <b> &amp; c"
    assert plain("a <b> &amp; c", is_html=True) == "a & c"


def test_references_to_nothing_do_no_harm() -> None:
    assert decode_entities("&#xD800;&#99999999999999999999;&#0;&bogus;&#27;") == "\ufffd\ufffd\ufffd&bogus;"
    assert decode_entities("&#" + "9" * 100_000 + ";") == "\ufffd"


@given(st.text(st.sampled_from("<>/!-?&;#'\"= abpscritx\n[]CDATA")))
def test_no_markup_makes_it_fail(markup: str) -> None:
    html_to_text(markup)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a ",
        "<!--",
        '<a b="',
        "<a b='\"",
        "<svg>",
        "<script>",
        "</",
        "<div>",
        "&#",
        "&",
        "<rt></rt",
        "<?",
        "<li>",
        "<pre>\n",
        "a\n",
        "<a =",
        "<![CDATA[",
        "<p>a",
        "<!",
        "<!-- >",
    ],
)
def test_floods_take_linear_time(piece: str) -> None:
    html_to_text(piece * (1_000_000 // len(piece)))
