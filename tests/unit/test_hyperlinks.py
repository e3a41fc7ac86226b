"""What may become a link of the terminal (OSC 8): http(s), with its real host, and nothing that ends a sequence."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from newswatch.tui.links import hyperlink, is_hyperlink
from newswatch.tui.paint.wall import TerminalWall

GROUND = Color(0, 0, 0)


@pytest.mark.parametrize(
    ("link", "given"),
    [
        ("https://dnipro-wire.example/a?b=c&d=%20#e", "https://dnipro-wire.example/a?b=c&d=%20#e"),
        ("http://localhost:8080/x", "http://localhost:8080/x"),
        ("https://новости.example/війна", "https://xn--b1amnebsh.example/%D0%B2%D1%96%D0%B9%D0%BD%D0%B0"),
        ("https://mina:secret@dnipro-wire.example/", "https://dnipro-wire.example/"),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("https://x.example/\x1b\\\x1b]52;c;x\x07", ""),
        ("https://x.example/a b", ""),
        ("https://x.example/" + "a" * 2_000, ""),
    ],
)
def test_a_link_is_given_in_ascii_with_its_real_host_or_not_at_all(link: str, given: str) -> None:
    assert hyperlink(link) == given


def passed(link: str, wall: TerminalWall) -> str | None:
    (segment,) = wall.apply([Segment("here", Style(link=link, bold=True))], GROUND)
    assert segment.style is not None
    assert segment.style.bold
    return segment.style.link


def test_the_wall_lets_exactly_such_links_through_and_none_unless_told_to() -> None:
    wall = TerminalWall(lets_link=is_hyperlink)
    assert passed("https://dnipro-wire.example/a", wall) == "https://dnipro-wire.example/a"
    for harmful in ("file:///etc/passwd", "https://x.example/\x1b\\", "https://x.example/ж", "ssh://x"):
        assert passed(harmful, wall) is None
    assert passed("https://dnipro-wire.example/a", TerminalWall()) is None
