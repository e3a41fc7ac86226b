"""Links that go to others: what lets their holder in stays here, and all that leads to the page goes with them."""

from __future__ import annotations

import pytest

from newswatch.text.tokens import without_tokens

SITE = "https://dnipro-wire.example"


@pytest.mark.parametrize(
    "link",
    [
        f"{SITE}/news/ferry",
        f"{SITE}/article.php?id=4711&lang=en",
        f"{SITE}/article.php?sid=12345",  # a story's number
        f"{SITE}/?id=9f86d081884c7d659a2feaa0c55ad015",
        f"{SITE}/day?key=2026-11-22",
        f"{SITE}/find?q=token+ring&page=2#part-3",
        f"{SITE}/a?pass=north",
        f"{SITE}/a?token=",
        f"{SITE}/day?key=ferry-2026-river-update",  # the words of a headline
        f"{SITE}/day?article_key=20261122-ferry-river",
        f"{SITE}/day?key=harbour2026ferry",
        f"{SITE}/bills?session=119th-congress-2",
        f"{SITE}/story?news_sid=A20261122001",
        f"{SITE}/to?url=https%3A%2F%2Fother.example%2Fa%3Fid%3D7%26lang%3Den",
        f"{SITE}/@mayor/status/1?ref=a@b.example",
    ],
)
def test_what_leads_to_a_page_stays(link: str) -> None:
    assert without_tokens(link) == link


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (f"{SITE}/a?id=7&token=abc&lang=en", f"{SITE}/a?id=7&token=***&lang=en"),
        (f"{SITE}/a?access_token=x1", f"{SITE}/a?access_token=***"),
        (f"{SITE}/a?apikey=x1;id=2", f"{SITE}/a?apikey=***;id=2"),
        (f"{SITE}/a?password=north", f"{SITE}/a?password=***"),
        (f"{SITE}/a?sid=ab12cd34ef56ab12&id=3", f"{SITE}/a?sid=***&id=3"),
        (f"{SITE}/a?key=ab12cd34ef56ab12", f"{SITE}/a?key=***"),
        (f"{SITE}/a?X-Amz-Signature=0f1e2d3c4b5a6978", f"{SITE}/a?X-Amz-Signature=***"),
        (f"{SITE}/a#access_token=x1&state=2", f"{SITE}/a#access_token=***&state=2"),
        (f"{SITE}/a?api_key=north", f"{SITE}/a?api_key=***"),
        (f"{SITE}/a?shareToken=x1", f"{SITE}/a?shareToken=***"),
        (f"{SITE}/a?user[token]=x1&data%5Bpassword%5D=x2", f"{SITE}/a?user[token]=***&data%5Bpassword%5D=***"),
        (f"{SITE}/a?tok%65n=x1", f"{SITE}/a?tok%65n=***"),
        (f"{SITE}/a?PHPSESSID=ab12cd34ef56ab12", f"{SITE}/a?PHPSESSID=***"),
        (f"{SITE}/a;jsessionid=AB12CD34EF56AB12?id=7", f"{SITE}/a;jsessionid=***?id=7"),
        (f"{SITE}/a?next=/b?token=x1", f"{SITE}/a?next=/b?token=***"),
        (f"{SITE}/a?token=x1?x2&id=7", f"{SITE}/a?token=***&id=7"),
        (
            f"{SITE}/to?url=https%3A%2F%2Fother.example%2Fa%3Ftoken%3Dx1%26id%3D7",
            f"{SITE}/to?url=https%3A%2F%2Fother.example%2Fa%3Ftoken%3D***%26id%3D7",
        ),
        (f"{SITE}/a?key=9f86d081-884c-7d65-9a2f-eaa0c55ad015", f"{SITE}/a?key=***"),
        ("https://olena:secret@dnipro-wire.example/a?id=7", f"{SITE}/a?id=7"),
    ],
)
def test_what_lets_in_is_hidden_and_nothing_else(link: str, expected: str) -> None:
    assert without_tokens(link) == expected
    assert without_tokens(expected) == expected
