"""The navigation says where one is: one entry is marked, or none."""

import re

import pytest


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("/", "/"),
        ("/people", "/people"),
        ("/people/new/staff", "/people"),
        ("/people/import", "/people/import"),
        ("/account", None),
        ("/nowhere", None),
    ],
)
def test_the_nearest_entry_is_marked(site, path, marked):
    page = site.as_role("administrator").get(site.url(path)).text
    rail = page.split('class="parta-rail"')[1].split("</nav>")[0]
    found = re.findall(r'href="([^"]+)" aria-current="page"', rail)
    assert found == ([site.url(marked)] if marked else [])
