"""secrets.toml in a running monitor: taken up when it changes, kept when it is broken, seen by nobody."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest

from newswatch.atomic import write_atomically
from newswatch.engine.local import LocalEngine
from newswatch.engine.secret_desk import SECRETS_FILE
from newswatch.errors import SecretsInvalid
from newswatch.model.event import Batch
from newswatch.model.feed import FeedStatus
from newswatch.model.view import View
from newswatch.testing.documents import Item, rss
from newswatch.testing.server import FeedServer, Recorded, Reply
from tests.integration.conftest import World, until

NEWS = rss("Dnipro Wire", [Item("Grain talks resume", "https://dnipro-wire.example/3")])
HIDDEN = "hunter2"
WELCOME = "Basic " + b64encode(f"desk:{HIDDEN}".encode()).decode()


@pytest.fixture
def secrets(world: World, tmp_path: Path) -> Path:
    """Where the secrets of the home are; there are none yet."""
    path = tmp_path / SECRETS_FILE
    world.home = replace(world.home, secrets=path)
    return path


def table(url: str, password: str = HIDDEN) -> bytes:
    return f'["{url}"]\nuser = "desk"\npassword = "{password}"\n'.encode()


def guarded(request: Recorded) -> Reply:
    """A feed behind a password."""
    return Reply.feed(NEWS) if request.headers.get("authorization") == WELCOME else Reply(401)


def has(status: FeedStatus, view: View) -> bool:
    return bool(view.feeds) and all(
        health.status is status and not health.is_checking for health in view.feeds.values()
    )


def notice(view: View) -> str:
    raised = view.notices.get(SECRETS_FILE)
    return "" if raised is None else raised.text


async def test_a_password_that_is_written_while_the_monitor_runs_opens_the_feed_at_once(
    world: World, secrets: Path
) -> None:
    async with FeedServer() as server:
        server.answer("/rss", guarded)
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, lambda view: has(FeedStatus.FAILING, view))
            write_atomically(secrets, table(server.url("/rss")))
            view = await until(engine, lambda view: has(FeedStatus.OK, view))
            assert notice(view) == ""


async def test_a_mistake_while_the_monitor_runs_keeps_the_secrets_in_force_and_shows_its_place(
    world: World, secrets: Path
) -> None:
    async with FeedServer() as server:
        server.answer("/rss", guarded)
        world.feeds(server.url("/rss"))
        write_atomically(secrets, table(server.url("/rss")))
        async with world.running() as engine:
            await until(engine, lambda view: has(FeedStatus.OK, view))
            write_atomically(secrets, table(server.url("/rss"), "another").replace(b"password", b"pasword"))
            view = await until(engine, lambda view: bool(notice(view)))
            assert notice(view).startswith(f"secrets kept as they were: {secrets}:3:1: unknown key")
            assert "another" not in notice(view)
            await world.clock.advance(1500)
            await server.request(2)
            await until(engine, lambda view: has(FeedStatus.OK, view))
            assert server.requests[-1].headers["authorization"] == WELCOME
            write_atomically(secrets, table(server.url("/rss")))
            await until(engine, lambda view: notice(view) == "")


async def test_a_table_that_serves_no_feed_and_a_file_that_others_can_read_are_told(
    world: World, secrets: Path
) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(NEWS))
        world.feeds(server.url("/rss"))
        write_atomically(secrets, table(f"https://gone.example/rss?key={HIDDEN}"))
        os.chmod(secrets, 0o644)  # noqa: PTH101 - the linter takes the method for one that blocks
        async with world.running() as engine:
            view = await until(engine, lambda view: bool(notice(view)))
            assert f"chmod 600 {secrets}" in notice(view)
            assert "line 1: https://gone.example/rss?key=***: no feed in feeds.opml has this address" in notice(view)
            assert HIDDEN not in notice(view)


async def test_a_mistake_at_the_start_keeps_the_home_closed(world: World, secrets: Path) -> None:
    world.feeds()
    write_atomically(secrets, f'["https://a.example/"]\nproxy = "socks5://jo:{HIDDEN}@b.example"\n'.encode())
    with pytest.raises(SecretsInvalid, match=r"secrets\.toml:2:1: .*SOCKS proxies are not supported") as caught:
        await LocalEngine(world.home, clock=world.clock).run()
    assert HIDDEN not in str(caught.value)


def test_a_mistake_at_the_start_is_exit_3_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_text("<opml version='2.0'><body/></opml>", "utf-8")
    (tmp_path / SECRETS_FILE).write_text(f'["https://a.example/"]\ntoken = "Bearer {HIDDEN}"\n', "utf-8")
    said = subprocess.run(
        [sys.executable, "-m", "newswatch", "--home", str(tmp_path), "run", "--once"],
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"},
        check=False,
    )
    assert said.returncode == 3
    assert f"{SECRETS_FILE}:2:1: token: write the token alone" in said.stderr
    assert HIDDEN not in said.stdout + said.stderr
    assert "Traceback" not in said.stderr


def test_a_new_home_gets_a_secrets_file_that_is_the_persons_alone(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "newswatch", "--home", str(tmp_path / "home"), "run", "--once"],
        capture_output=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"},
        check=False,
    )
    assert (tmp_path / "home" / SECRETS_FILE).stat().st_mode & 0o777 == 0o600


async def test_no_event_no_view_and_no_log_line_of_failing_feeds_holds_a_secret(
    world: World, secrets: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with FeedServer() as server:
        scripts = {
            "missing": Reply(404),
            "busy": Reply(429, headers={"Retry-After": "60"}),
            "broken": Reply(raw=HIDDEN.encode()),
            "circle": Reply.redirect(f"/circle?key={HIDDEN}"),
            "away": Reply.redirect(f"http://jo:{HIDDEN}@10.0.0.1/?key={HIDDEN}"),
            "page": Reply(body=f"<html><title>{'Sign in'}</title>".encode()),
            "gone": Reply(410),
        }
        addresses = []
        for path, reply in scripts.items():
            server.answer(f"/{path}", reply)
            addresses.append(server.url(f"/{path}?key={HIDDEN}", userinfo=f"jo:{HIDDEN}"))
        world.feeds(*addresses)
        keys = f'token = "{HIDDEN}"\ncookies = {{ "a" = "{HIDDEN}" }}\n'
        tables = [f'["{server.url(f"/{path}?key={HIDDEN}")}"]\n{keys}' for path in scripts]
        write_atomically(secrets, "".join(tables).encode())
        seen: list[str] = []
        async with world.running() as engine:
            batches = engine.watch(0)
            await until(engine, lambda view: len(view.feeds) == len(scripts) and _all_failed(view))
            seen.append(repr(engine.snapshot()))
            last = engine.snapshot().seq
            async for batch in batches:
                assert isinstance(batch, Batch)
                seen.append(repr(batch))
                if batch.seq >= last:
                    break
            seen.extend(health.state.last_error + health.address for health in engine.snapshot().feeds.values())
        assert len({request.headers["authorization"] for request in server.requests}) == 1  # they were sent
    assert server.requests[0].headers["authorization"] == f"Bearer {HIDDEN}"
    for text in [*seen, *(record.getMessage() for record in caplog.records)]:
        assert HIDDEN not in text


def _all_failed(view: View) -> bool:
    return all(health.state.last_error and not health.is_checking for health in view.feeds.values())
