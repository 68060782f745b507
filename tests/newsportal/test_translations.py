"""Each catalogue has every message of the source, whole and intact; what Django reads is what is written there."""

import re
from collections import Counter
from typing import Any

import pytest
from babel.messages.catalog import Message
from django.core.checks import run_checks
from django.utils import translation
from django.utils.translation import gettext, ngettext

from tests import catalogue

LANGUAGES = catalogue.languages()
# Placeholders in either style, per cent signs, and elements: the parts that a translation must keep.
KEPT = re.compile(r"%\(\w+\)[a-z]|%%\w*|%[sd]|\{\w*\}|</?\w[^>]*>")


def pairs(message: Message) -> list[tuple[str, str]]:
    """The source and its translation, form by form: the first is the singular, the others are the plural."""
    if isinstance(message.id, str):
        return [(message.id, message.string)]
    one, many = message.id
    return [(one if number == 0 else many, form) for number, form in enumerate(message.string)]


def test_there_is_a_catalogue() -> None:
    assert "de" in LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_of_the_source_is_translated(language: str) -> None:
    renewed = catalogue.renewed(language)
    missing = [message.id for message in catalogue.messages(renewed) if not catalogue.is_complete(message)]
    assert missing == [], "translate these in locale/, then run `make messages`"
    assert catalogue.as_text(renewed) == catalogue.path_of(language).read_bytes(), "run `make messages`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_a_guess(language: str) -> None:
    assert [message.id for message in catalogue.messages(catalogue.written(language)) if message.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_values_and_the_elements_of_what_it_translates(language: str) -> None:
    differ = [
        (said, form)
        for message in catalogue.messages(catalogue.written(language))
        for said, form in pairs(message)
        if Counter(KEPT.findall(said)) != Counter(KEPT.findall(form))
    ]
    assert differ == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_django_reads_is_what_is_written(language: str) -> None:
    compiled = catalogue.compiled(catalogue.written(language))
    assert catalogue.path_of(language, "mo").read_bytes() == compiled, "run `make messages`"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ("Key points", "1 day", "2 days")),
        ("en-gb", ("Key points", "1 day", "2 days")),
        ("de", ("Kernpunkte", "1 Tag", "2 Tage")),
        ("de-at", ("Kernpunkte", "1 Tag", "2 Tage")),
    ],
)
def test_a_variety_of_a_language_has_its_words(language: str, expected: tuple[str, str, str]) -> None:
    with translation.override(language):
        days = [ngettext("%(n)s day", "%(n)s days", n) % {"n": n} for n in (1, 2)]
        assert (gettext("key points").capitalize(), *days) == expected


def test_a_language_without_a_catalogue_is_refused(settings: Any) -> None:
    settings.LANGUAGE_CODE = "fr"
    assert [found.id for found in run_checks()] == ["translation.E004"]
