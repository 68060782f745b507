"""A newsroom's own look: one folder and some settings, and no template."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from newsportal import bundling


@pytest.fixture
def theme(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """A folder whose files replace the portal's."""
    settings.STATICFILES_DIRS = [tmp_path]
    finders.get_finder.cache_clear()
    yield tmp_path
    finders.get_finder.cache_clear()


@pytest.mark.parametrize(("sheet", "last"), [("portal.css", ["theme", "print"]), ("staff.css", ["tokens", "theme"])])
def test_the_newsrooms_tokens_stand_behind_the_portals_for_readers_and_staff(
    theme: Path, sheet: str, last: list[str]
) -> None:
    (theme / "theme.css").write_text(
        '@font-face {\n  src: url("fonts/seebote.woff2");\n}\n:root {\n  --accent: light-dark(#00594f, #6fd3c3);\n}\n'
    )
    made = bundling.stylesheet(sheet, lambda name: Path(str(finders.find(name))).read_text())
    layers = made[made.index("@layer ") + len("@layer ") : made.index(";")].split(", ")
    assert layers[-2:] == last
    assert (
        '@layer theme {\n@font-face {\nsrc: url("fonts/seebote.woff2");\n}\n'
        ":root {\n--accent: light-dark(#00594f, #6fd3c3);\n}\n}\n"
    ) in made


@pytest.mark.django_db
def test_a_drawn_name_stands_in_place_of_the_written_one_and_is_read_out_as_it(settings: Any) -> None:
    settings.SITE_NAME, settings.SITE_LOGO, settings.SITE_FONTS = "Der Seebote", "logo.svg", []
    page = Client().get("/guidelines/").text
    assert f'<img class="masthead__logo" src="{settings.STATIC_URL}logo.svg" alt="Der Seebote">' in (
        Client().get("/admin/login/").text
    )
    assert f'<img class="masthead__logo" src="{settings.STATIC_URL}logo.svg" alt="Der Seebote">' in page
    assert 'rel="preload"' not in page


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_a_page_says_in_which_direction_its_language_is_written(settings: Any, language: str, direction: str) -> None:
    settings.LANGUAGE_CODE = language
    assert f'<html lang="{language}" dir="{direction}">' in Client().get("/guidelines/").text
