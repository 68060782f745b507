"""Where entries of a list stand in a text: examples, and the same as by the plainest way to look for them."""

import string
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.search.words import spans
from comments import policy
from comments.lookalikes import shapes
from comments.wording import Entry, WordList, parse
from newsportal.refusal import Refusal


def found(lines: str | list[str], text: str) -> list[str]:
    """What a list of one or more lines finds in a text."""
    entries = enumerate([lines] if isinstance(lines, str) else lines)
    return [text[place.start : place.end] for place in WordList((n, parse(line)) for n, line in entries).places(text)]


@pytest.mark.parametrize(
    ("line", "text", "words"),
    [
        ("casino", "The CASINO, of course: casino!", ["CASINO", "casino"]),
        ("casino", "casinos and incasino", []),
        ("casino*", "casinos and incasino", ["casinos"]),
        ("*casino", "casinos and incasino", ["incasino"]),
        ("*casino*", "supercasinos and casino", ["supercasinos", "casino"]),
        ("Größe", "die GRÖSSE zählt, die Grösse", ["GRÖSSE", "Grösse"]),
        ("kill yourself", "Kill – Yourself! yourself kill", ["Kill – Yourself"]),
        ("kill your*", "kill yours, kill you", ["kill yours"]),
        ("*kill your*", "overkill yourself", ["overkill yourself"]),
        ("cheap-loans.example", "see cheap-loans.example/now", ["cheap-loans.example"]),
        ("idiot", "ïdiot, İDIOT, 𝐢𝐝𝐢𝐨𝐭, ｉｄｉｏｔ", ["ïdiot", "İDIOT", "𝐢𝐝𝐢𝐨𝐭", "ｉｄｉｏｔ"]),
        # Cyrillic and Greek letters; a zero-width joiner, a soft hyphen and an invisible separator inside.
        ("idiot", "іdiоt and ιdiοt", ["іdiоt", "ιdiοt"]),
        ("idiot", "id\u200diot, idi\u00adot, id\u2063iot", ["id\u200diot", "idi\u00adot", "id\u2063iot"]),
        ("idiot", "1d10t 1diot", ["1d10t", "1diot"]),
        ("casino", "c@s1no, ca$ino", ["c@s1no", "ca$ino"]),
        # A letter does not stand for another letter, nor a number for a word.
        ("ball", "the bail, the hall", []),
        ("bum", "let it burn", []),
        ("sos", "505 of them", []),
        ("дурак", "ДУРАК, дурак", ["ДУРАК", "дурак"]),
        ("दिल", "दिल्ली में दिल", ["दिल"]),
        # Words cannot be told apart in these scripts.
        ("傻瓜", "你這大傻瓜啊", ["傻瓜"]),
        ("傻瓜*", "你這大傻瓜啊", ["傻瓜"]),
        ("โง่", "คนโง่มาก", ["โง่"]),
        ("casino", "", []),
        ("casino", "… – !", []),
    ],
)
def test_an_entry_finds(line: str, text: str, words: list[str]) -> None:
    assert found(line, text) == words
    # Among so many others that the quick look is turned off.
    assert found([line, *(f"other{string.ascii_lowercase[n]}" for n in range(25))], text) == words


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "An entry is a word or a phrase: letters and digits."),
        ("…", "An entry is a word or a phrase: letters and digits."),
        ("\ud800", "An entry is a word or a phrase: letters and digits."),
        ("*", "An entry is a word or a phrase: letters and digits."),
        ("fo*o", "“*” may stand at either end of an entry, and nowhere else."),
        ("**foo", "“*” may stand at either end of an entry, and nowhere else."),
        ("a*", "Beside a “*” stand at least 3 letters."),
        ("*of the idiot", "Beside a “*” stand at least 3 letters."),
        ("(a|b)+", "“(” counts for nothing, so the entry would find more than it says. Write letters and digits."),
        ("C++", "“+” counts for nothing, so the entry would find more than it says. Write letters and digits."),
        ("one two three four five six seven eight nine", "A phrase has at most 8 words."),
        ("x" * 101, "An entry has at most 100 characters."),
        ("ﷺ" * 20, "An entry has at most 100 characters."),
    ],
)
def test_what_cannot_be_an_entry_is_told_in_words(line: str, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse(line)
    assert refused.value.words == words


def test_two_entries_that_find_the_same_have_one_key() -> None:
    assert parse(" Kill-Yourself* ").key == parse("KILL yourself*").key == "kill yourself*"
    assert parse("傻瓜*").key == parse("傻瓜").key


def test_a_word_that_never_ends_and_a_list_of_beginnings_cost_no_more() -> None:
    """5,000 entries that overlap as much as they can, and the longest comment: looked up, not tried one by one."""
    lines = [f"*{'a' * (3 + n % 90)}{'b' * (n % 7)}*" for n in range(5_000)]
    entries = {parse(line).key: parse(line) for line in lines}
    places = WordList(enumerate(entries.values())).places("a" * policy.MAXIMUM_CODE_POINTS)
    assert len({place.entry for place in places}) == sum("b" not in key for key in entries)


# --- The plainest way -----------------------------------------------------------------------------------------------

# Few letters, so that words meet; from two scripts that look alike, with a digit, marks and joiners between.
_LETTERS = "abАаБбäé1i\u0301\u200d"
_words = st.text(_LETTERS, min_size=1, max_size=6)
_texts = st.lists(st.one_of(_words, st.sampled_from([" ", ", ", "-", "\n", "@", "傻", "瓜"])), max_size=14).map("".join)


def plain(entry: Entry, text: str) -> set[tuple[int, int]]:
    """Where an entry stands: at each word, its words are compared with those of the text."""
    places = [(start, end) for start, end in spans(text)]
    readings = shapes([text[start:end] for start, end in places])
    listed = shapes(list(entry.words))
    last = len(listed) - 1

    def is_found(first: int) -> bool:
        return all(
            any(
                shape == word
                or (entry.begins_anyhow and entry.ends_anyhow and n == 0 == last and word in shape)
                or (entry.begins_anyhow and n == 0 and (n != last or not entry.ends_anyhow) and shape.endswith(word))
                or (entry.ends_anyhow and n == last and (n != 0 or not entry.begins_anyhow) and shape.startswith(word))
                for shape, word in product(readings[first + n], listed[n])
            )
            for n in range(last + 1)
        )

    return {(places[n][0], places[n + last][1]) for n in range(len(places) - last) if is_found(n)}


@settings(max_examples=150, deadline=None)
@given(lines=st.lists(st.tuples(st.booleans(), _texts, st.booleans()), min_size=1, max_size=30), text=_texts)
def test_a_list_finds_what_the_plainest_way_finds(lines: list[tuple[bool, str, bool]], text: str) -> None:
    # Without digits, signs and invisible characters, which can be read in two ways; the examples above have them.
    text = text.translate({ord("1"): None, ord("@"): None, ord("\u200d"): None})
    entries = {}
    for number, (begins, words, ends) in enumerate(lines):
        try:
            entries[number] = parse(f"{'*' * begins}{words}{'*' * ends}")
        except Refusal:
            continue
    told = {(place.entry, place.start, place.end) for place in WordList(entries.items()).places(text)}
    assert told == {(number, *place) for number, entry in entries.items() for place in plain(entry, text)}


@pytest.mark.parametrize("length", [4, 39, 40, 41, 400])
def test_a_word_is_found_again_in_every_text_however_long_it_is(length: int) -> None:
    words = WordList([(7, parse("*spam*"))])
    word = "spam".rjust(length, "x")
    for text in (word, f"{word} and {word}", "nothing", word):
        assert [text[place.start : place.end] for place in words.places(text)] == [word] * text.count(word)
