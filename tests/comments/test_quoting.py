"""Which part of its story a comment is about."""

from comments.quoting import Passage, nearest, quoted

STORY = (
    "The harbour will be closed from Monday on. The council decided that on Friday, after a long night, "
    "against the votes of the fishermen. Nobody knows what comes next, said the mayor of the town. The end."
)


def test_the_longest_run_of_shared_words_is_the_passage() -> None:
    said = "You write: “Nobody knows what comes  NEXT, said the mayor” – and the harbour will be closed, too."
    assert quoted(said, STORY) == Passage(
        before="… closed from Monday on. The council decided that on Friday, after a long night, against the votes of "
        "the fishermen. ",
        words="Nobody knows what comes next, said the mayor",
        after=" of the town. The end",
    )


def test_four_words_in_a_row_are_no_quotation() -> None:
    assert quoted("The harbour will be open, I hope", STORY) is None


def test_nothing_is_quoted_of_nothing() -> None:
    assert quoted("", STORY) is None
    assert quoted("Some words of my own here", "") is None


def test_what_begins_the_story_has_nothing_before_it() -> None:
    found = quoted("the harbour will be closed from", STORY)
    assert found is not None
    assert (found.before, found.words) == ("", "The harbour will be closed from")


def test_a_refrain_is_found_and_costs_no_more() -> None:
    refrain = "and then again and again it came " * 500
    found = quoted(refrain, refrain)
    assert found is not None
    assert found.words.startswith("and then again")


def test_the_nearest_key_point_shares_most_of_the_longer_words() -> None:
    points = ["Fares rise by three percent", "The harbour closes on Monday", "Fishermen protest against the harbour"]
    assert nearest("Our fishermen need the harbour, whatever the council says", points) == points[2]
    assert nearest("It was decided on Monday", points) == ""
    assert nearest("Anything", []) == ""
