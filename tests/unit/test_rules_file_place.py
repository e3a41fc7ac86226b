"""Where a rule stands in rules.toml, for an editor to be opened at."""

from __future__ import annotations

from pathlib import Path

from newswatch.tui.outside import line_of_rule

TEXT = """version = 1
# id = "grain" is further down

[[rule]]
id = "hormuz"
query = 'tanker'

[[rule]]
  id='grain'
keywords = ["harvest"]
"""


def test_a_rule_is_found_by_the_line_of_its_id(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(TEXT, encoding="utf-8")
    assert line_of_rule(path, "hormuz") == 5
    assert line_of_rule(path, "grain") == 9


def test_a_rule_that_is_not_there_and_a_file_that_is_not_there_have_no_line(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    assert line_of_rule(path, "hormuz") is None
    path.write_bytes(b"\xff\xfe id = 'x'\n" + TEXT.encode())
    assert line_of_rule(path, "h.rmuz") is None
    assert line_of_rule(path, "hormuz") == 6
