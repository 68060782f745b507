"""The names under which pages of comments are kept: said by whoever shows something, changed by whoever changes it."""


def of_thread(article_id: int) -> str:
    """Every comment that readers see of a conversation, and their count."""
    return f"thread:{article_id}"


def of_recommendations(article_id: int) -> str:
    """How many recommend each comment of a conversation."""
    return f"thread:{article_id}:recommendations"


def of_listing(article_id: int) -> str:
    """How many comments lists say that a story has."""
    return f"thread:{article_id}:listing"


def of_rules(article_id: int) -> str:
    """Whether a conversation is open."""
    return f"thread:{article_id}:rules"


def of_thread_words(article_id: int) -> str:
    """What stands above the form of a conversation: its own rule, its question, how fast it is and until when."""
    return f"thread:{article_id}:words"


def of_leaving(article_id: int) -> tuple[str, str]:
    """Both: what pages show that have the form or say why they have none."""
    return of_rules(article_id), of_thread_words(article_id)


def of_limits() -> str:
    """What the guidelines tell of the numbers that the newsroom sets: how many links a comment may have."""
    return "limits"


def of_comment(public_id: str) -> str:
    """The words of one comment, or that it was removed."""
    return f"comment:{public_id}"


def of_answers(public_id: str) -> str:
    """Everything below a top-level comment."""
    return f"comment:{public_id}:answers"


def of_moderation() -> str:
    """The figures of moderation that everybody may read."""
    return "moderation"
