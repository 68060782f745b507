"""Every number of the conversation, each with its reason."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from comments.states import Reason

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# --- The length of a comment ----------------------------------------------------------------------------------------

# The product's promise: an answer is a thought, and a thought takes about a line.
MINIMUM_CHARACTERS = 50
# Three times the longest letter that newspapers print; counted in code points, before anything is normalised.
MAXIMUM_CODE_POINTS = 5_000
# Laughter and emphasis repeat a letter; more than three of it say nothing more.
SAME_IN_A_ROW = 3
# The longest full names on passports have some 75 letters.
NAME_CODE_POINTS = 80

# --- What is shown --------------------------------------------------------------------------------------------------

THREADS_A_PAGE = 20
# Answers that stand under a comment on a story's page; the rest has a page of its own.
ANSWERS_SHOWN = 10
ANSWERS_A_PAGE = 50
# Up to so many comments it costs less to read all of them than to find out which of them a page shows.
READ_WHOLE = 60
FEED_COMMENTS = 50

# --- How fast one may write -----------------------------------------------------------------------------------------

# A class of thirty behind one address comments within ten minutes, some of them twice; a script gets no further.
BURST = 45
BURST_WINDOW = timedelta(minutes=10)
# A library or a company goes on commenting through the hour; a moderator still reads this many in forty minutes.
HOURLY = 90
# A double click, a reload, a lost answer: the same words from the same place within a minute are one comment.
REPEAT_WINDOW = timedelta(seconds=60)
# Mails that strangers can cause to one address in a day by writing it under their comments.
MAILS_TO_ONE_ADDRESS = 5
MAILS_WINDOW = timedelta(days=1)

# --- What is kept ---------------------------------------------------------------------------------------------------

# A network is only a keyed hash, and the key lives this long: it is enough to slow down a week's flood, and after it
# nobody, we included, can tell whether two comments came from one place.
NETWORK_KEY_LIFE = timedelta(days=7)

# --- What is held for a person --------------------------------------------------------------------------------------

# Two links are a source and its counter; more is mostly a catalogue.
LINKS_ALLOWED = 2
# Share of capitals among the letters, from so many letters on: "NATO and the EU" must pass, a shouted line must not.
SHOUTING_SHARE = 0.6
SHOUTING_LETTERS = 20
# Ordinary prose of ten words or more has well over half of them distinct.
PADDING_WORDS = 10
PADDING_DISTINCT_SHARE = 0.4
# Prose in any script is mostly letters; rows of dots, digits and pictures are not.
PADDING_LETTER_SHARE = 0.5
# The same text from whoever, within this time: campaigns copy and paste for days, and a proverb may come back later.
SAME_TEXT_WINDOW = timedelta(days=30)

# --- Editing and deciding -------------------------------------------------------------------------------------------

# An edit of a visible comment leaves the decided words up until somebody has read the new ones: an author who mends a
# typo is not silenced for it, and what stands was approved.
EDIT_KEEPS_PUBLIC_TEXT = True
# A moderator's decision may be taken back before anybody hears of it.
NOTICE_DELAY = timedelta(seconds=10)

# A comment that somebody has open is shown as such to colleagues: reading a long one and writing to its author takes
# about a minute, and who went for a coffee must not seem to be at it.
CLAIM_LIFE = timedelta(seconds=90)
# Its page says so three times in that time, so that one lost answer does not end it.
CLAIM_RENEWED = timedelta(seconds=30)

# --- Reasons --------------------------------------------------------------------------------------------------------

# A page of words to an author is plenty; what is longer was pasted by mistake.
EXPLANATION_CODE_POINTS = 2_000
# Reasons that say too little by themselves: the moderator adds words.
REASONS_WITH_EXPLANATION = frozenset({Reason.OTHER})

# Names that speak for the paper, whatever letters they are written in.
RESERVED_NAMES = (
    "admin",
    "administrator",
    "moderator",
    "moderation",
    "editor",
    "editors",
    "newsroom",
    "staff",
    "webmaster",
)

# What each reason rests on: the clause of the guidelines, in the words that readers and authors see.
CLAUSES: "dict[Reason, str | _StrPromise]" = {
    Reason.OFF_TOPIC: _("Keep to the story and to what others said about it."),
    Reason.OFFENSIVE: _("Disagree as sharply as you like, but respect the people you disagree with."),
    Reason.HARASSMENT: _("Nobody is followed, threatened or shamed here."),
    Reason.HATE: _("No contempt for people for where they come from, what they believe, or who they are."),
    Reason.ADVERTISING: _("Links serve the argument; nothing is sold here."),
    Reason.MISINFORMATION: _("Claims that can do harm and are known to be false are not published."),
    Reason.PERSONAL_DATA: _("Private addresses, numbers and names of private people stay private, your own included."),
    Reason.ILLEGAL: _("What the law forbids to publish is not published."),
    Reason.OTHER: _("Something else; the moderator says what."),
}
