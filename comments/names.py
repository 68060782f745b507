"""The names under which pages with comments are cached: used to show something, and announced when it changes."""


def of_thread(article_id: int) -> str:
    """Every comment of a conversation that readers see, and their count."""
    return f"thread:{article_id}"


def of_recommendations(article_id: int) -> str:
    """How many recommend each comment of a conversation."""
    return f"thread:{article_id}:recommendations"


def of_listing(article_id: int) -> str:
    """How many comments lists show for a story."""
    return f"thread:{article_id}:listing"


def of_rules(article_id: int) -> str:
    """Whether a conversation is open."""
    return f"thread:{article_id}:rules"


def of_thread_words(article_id: int) -> str:
    """What stands above the form of a conversation: its own rule, its question, how slow it is and until when."""
    return f"thread:{article_id}:words"


def of_leaving(article_id: int) -> tuple[str, str]:
    """Both: for pages that have the form or say why they have none."""
    return of_rules(article_id), of_thread_words(article_id)


def of_limits() -> str:
    """The numbers set by the newsroom that the guidelines mention: how many links a comment may have."""
    return "limits"


def of_comment(public_id: str) -> str:
    """The words of one comment, or that it was removed."""
    return f"comment:{public_id}"


def of_answers(public_id: str) -> str:
    """Everything below a top-level comment."""
    return f"comment:{public_id}:answers"


def of_moderation() -> str:
    """The public figures of moderation."""
    return "moderation"
