"""The catalogues of translations: `make messages` renews them from the source and says what is still to be translated.

A catalogue is `locale/<language>/LC_MESSAGES/django.po`; beside it is the compiled file that Django reads, so that a
bare machine needs no tool for it. docs/translating.md says how a language is added.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "locale"
_FOLDERS = ("articles", "comments", "newsportal", "templates")
_LAZY = {f"{name}_lazy": DEFAULT_KEYWORDS[name] for name in ("gettext", "ngettext", "pgettext", "npgettext")}
_KEYWORDS = {**DEFAULT_KEYWORDS, **_LAZY}


class _Lean(Catalog):
    """A catalogue without the times and versions that would change with every renewal."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Project-Id-Version", "newsportal"),
            ("Language", str(self.locale)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ]


def languages() -> list[str]:
    """The languages that have a catalogue, as Django names their folders."""
    return sorted(path.parent.parent.name for path in LOCALES.glob("*/LC_MESSAGES/django.po"))


def path_of(language: str, kind: str = "po") -> Path:
    return LOCALES / language / "LC_MESSAGES" / f"django.{kind}"


def written(language: str) -> Catalog:
    """The catalogue as it is on the disk; ValueError if it cannot be read."""
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def source(language: str) -> Catalog:
    """Every message that the source marks, in its order, none of them translated."""
    catalog = _Lean(locale=language, fuzzy=False)
    for path in _sources():
        for _line, ids, comments, context in _marked(path):
            catalog.add(ids, auto_comments=comments, context=context)
    return catalog


def renewed(language: str) -> Catalog:
    """The messages that the source marks, with the existing translations; messages no longer marked are dropped."""
    old, new = written(language), source(language)
    new.header_comment = old.header_comment
    for message in messages(new):
        known = old.get(message.id, message.context)
        if known is not None and isinstance(known.id, tuple) == isinstance(message.id, tuple):
            message.string = known.string
            message.user_comments = known.user_comments
    return new


def messages(catalog: Catalog) -> Iterator[Message]:
    """All messages except the header."""
    return (message for message in catalog if message.id)


def is_complete(message: Message) -> bool:
    """Whether a message is translated, in each plural form."""
    forms = message.string if isinstance(message.string, tuple | list) else [message.string]
    return bool(forms) and all(forms)


def as_text(catalog: Catalog) -> bytes:
    """The catalogue as it is written: a line for each message, without source positions, which only move."""
    into = io.BytesIO()
    write_po(into, catalog, width=0, no_location=True, ignore_obsolete=True)
    return into.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """The file that Django reads; an untranslated message is left out, and stays English."""
    whole = _Lean(locale=catalog.locale, fuzzy=False)
    for message in messages(catalog):
        if is_complete(message):
            whole.add(message.id, message.string, context=message.context)
    into = io.BytesIO()
    write_mo(into, whole)
    return into.getvalue()


def main() -> int:
    """Renew every catalogue and say what is missing. Returns the exit status: 1 while anything is missing."""
    missing = 0
    for language in languages():
        catalog = renewed(language)
        path_of(language).write_bytes(as_text(catalog))
        path_of(language, "mo").write_bytes(compiled(catalog))
        untranslated = [message for message in messages(catalog) if not is_complete(message)]
        sys.stdout.write(f"{language}: {len(catalog)} messages, {len(untranslated)} of them not translated\n")
        for message in untranslated:
            context = f" (context: {message.context})" if message.context else ""
            sys.stdout.write(f"  {message.id!r}{context}\n")
        missing += len(untranslated)
    return 1 if missing else 0


def _sources() -> list[Path]:
    """Every file that may mark a message. Migrations are history: nobody reads their words."""
    found = (path for folder in _FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".html"})
    return sorted(path for path in found if "migrations" not in path.parts)


def _marked(path: Path) -> Iterator[tuple]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        # Django turns a template into calls, and the rest into words at any column: not indented as Python.
        text = re.sub(r"^[ \t]+", "", templatize(text, origin=str(path)), flags=re.MULTILINE)
    return extract("python", io.BytesIO(text.encode()), keywords=_KEYWORDS, comment_tags=["Translators:"])


if __name__ == "__main__":
    sys.exit(main())
