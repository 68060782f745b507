"""What a verb raises when it refuses to do what it was asked; the words are for the person who asked."""


class Refusal(Exception):
    """An act that was refused, in words. Nothing has changed."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class Stale(Refusal):
    """What the person saw is no longer what is there: somebody else was quicker."""


class NotPermitted(Refusal):
    """The person does not hold the permission."""
