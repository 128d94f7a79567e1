"""Static files: composed once under a hashed address, compressed, kept for pages opened before an upgrade."""

import gzip
import os
import threading
import time
from pathlib import Path

import brotli
import pytest
from parta.web.assets import Assets
from werkzeug.test import Client

DAY = 24 * 60 * 60
CORE = Path(__file__).resolve().parents[3] / "core" / "parta" / "web" / "static"


def _plain(environ, start_response):
    start_response("404 Not Found", [("Content-Type", "text/plain")])
    return [b"the application"]


@pytest.fixture
def folders(tmp_path):
    for path, text in {
        "core/app.js": "import './part/http.js';\n" * 50,
        "core/part/http.js": "export {};",
        "core/.hidden": "not for browsers",
        "journal/grid.js": "import '../parta/app.js';",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return {"parta": tmp_path / "core", "journal": tmp_path / "journal"}


@pytest.fixture
def assets(folders, tmp_path):
    made = Assets(folders, tmp_path / "target")
    made.compose()
    return made


def test_all_folders_lie_in_one_tree(assets):
    found = {
        path.relative_to(assets.folder).as_posix() for path in assets.folder.rglob("*") if path.is_file()
    }
    assert found == {
        "parta/app.js",
        "parta/app.js.gz",
        "parta/app.js.br",
        "parta/part/http.js",
        "journal/grid.js",
    }
    assert assets.url("journal/grid.js") == f"/static/{assets.hash}/journal/grid.js"


def test_a_misspelt_file_is_said_at_once(assets):
    with pytest.raises(LookupError, match=r"parta/apq\.js"):
        assets.url("parta/apq.js")


def test_compressed_files_hold_the_same(assets):
    plain = (assets.folder / "parta/app.js").read_bytes()
    assert gzip.decompress((assets.folder / "parta/app.js.gz").read_bytes()) == plain
    assert brotli.decompress((assets.folder / "parta/app.js.br").read_bytes()) == plain


@pytest.mark.parametrize(("accepted", "encoding"), [("gzip", "gzip"), ("gzip, br", "br"), ("", None)])
def test_files_are_served_for_a_year_compressed(assets, accepted, encoding):
    answer = Client(assets.wrap(_plain)).get(
        assets.url("parta/app.js"), headers={"Accept-Encoding": accepted}
    )
    assert answer.status_code == 200
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.headers["Content-Type"] == 'text/javascript; charset="utf-8"'
    assert answer.headers["Cache-Control"] == "max-age=31536000, public, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_everything_else_reaches_the_application(assets):
    client = Client(assets.wrap(_plain))
    for path in ("/", f"/static/{assets.hash}/parta/../../secret", "/static/0000/parta/app.js", "/static/"):
        assert client.get(path).data == b"the application"


def test_any_content_changes_the_address(assets, folders, tmp_path):
    assert Assets(folders, tmp_path / "target").hash == assets.hash
    (folders["journal"] / "grid.js").write_text("export {};")
    assert Assets(folders, tmp_path / "target").hash != assets.hash


def test_an_old_address_lives_a_day_after_the_upgrade(assets, folders, tmp_path):
    old = assets.url("parta/app.js")
    (folders["parta"] / "app.js").write_text("export {};")
    newer = Assets(folders, tmp_path / "target")
    newer.compose()
    assert Client(newer.wrap(_plain)).get(old).status_code == 200
    yesterday = time.time() - DAY - 60
    os.utime(tmp_path / "target" / f"{assets.hash}.retired", (yesterday, yesterday))
    newer.compose()
    assert not assets.folder.exists()
    assert Client(newer.wrap(_plain)).get(old).data == b"the application"


def test_a_folder_in_use_again_is_not_dropped(assets, folders, tmp_path):
    before = (folders["parta"] / "app.js").read_text()
    (folders["parta"] / "app.js").write_text("export {};")
    Assets(folders, tmp_path / "target").compose()
    mark = tmp_path / "target" / f"{assets.hash}.retired"
    assert mark.exists()
    (folders["parta"] / "app.js").write_text(before)
    Assets(folders, tmp_path / "target").compose()
    assert not mark.exists()


def test_what_a_killed_process_left_goes_after_a_day(assets):
    left = assets.target / ".half-made"
    left.mkdir()
    yesterday = time.time() - DAY - 60
    os.utime(left, (yesterday, yesterday))
    assets.compose()
    assert not left.exists()


def test_many_processes_may_compose_at_once(folders, tmp_path):
    failures = []

    def compose():
        try:
            Assets(folders, tmp_path / "shared").compose()
        except OSError as error:
            failures.append(error)

    threads = [threading.Thread(target=compose) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [path.name for path in (tmp_path / "shared").iterdir()] == [Assets(folders, tmp_path).hash]


def test_the_build_put_the_libraries_in_place():
    vendor = CORE / "vendor"
    assert (vendor / "tabler.min.css").stat().st_size > 100_000
    assert "htmx" in (vendor / "htmx.min.js").read_text(encoding="utf-8")
    sprite = (vendor / "icons.svg").read_text(encoding="utf-8")
    names = (CORE.parents[2] / "assets" / "icons.txt").read_text(encoding="utf-8").split()
    assert sprite.count("<symbol ") == len(names)
    assert all(f'<symbol id="{name}"' in sprite for name in names)


def test_the_lock_file_names_no_registry():
    assets = CORE.parents[2] / "assets"
    text = (assets / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    assert text.count('"integrity"') >= 4
