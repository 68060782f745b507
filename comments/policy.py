"""Every number of the conversation, each with its reason."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from comments.states import Pace, Reason, Topic

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
# Stories on the front page that readers talk about most: as many as stand beside the latest without being longer.
MOST_DISCUSSED = 5
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

# In a conversation that is slowed, one comment from a network in this time: long enough to think twice, and a
# class of thirty behind one address still gets a word in within the day.
SLOWED_THREAD_GAP = timedelta(minutes=10)
# What is offered to who slows a conversation: a quarrel is over in an hour, a news day by the evening.
SLOWED_THREAD_LENGTHS = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
# A rule slows it, too, where a conversation is quick and heated. Looked at is the last hour: long enough to tell a
# quarrel from a bad minute, short enough to end with it.
HEATED_WINDOW = timedelta(hours=1)
# One comment in three minutes, by all who write: what is slower cools down by itself.
HEATED_COMMENTS = 20
# A third of them rejected, reported or held for their words. Of an ordinary day's it is one in ten or less.
HEATED_SHARE = 1 / 3
# Held for its words: at least as grave as a word of the newsroom's list, or several lesser findings at once
# (`RISK`). That its author is new, or writes in capitals, is no heat.
HEATED_RISK = 5
# Reported from so many networks: a single one must not be able to slow a conversation.
HEATED_REPORTERS = 2
# What is heated comes from so many networks: one alone is slowed as such, and a quarrel has two sides and its crowd.
HEATED_SENDERS = 3
# As long as a moderator would slow a quarrel; then it is looked at anew.
HEATED_LENGTH = timedelta(hours=1)
# A moderator who ends it has looked; for the rest of the day's shift the rule leaves the conversation to them.
HEATED_LEFT_ALONE = timedelta(hours=12)
# Rules and questions stand above the form, on a telephone, too: what is longer nobody reads there.
THREAD_WORDS_CODE_POINTS = 500

# --- While somebody writes ------------------------------------------------------------------------------------------

# What was typed and not sent stays in the reader's own browser for so long: over a holiday, and not for ever on a
# device that others use, too.
DRAFT_KEPT = timedelta(days=7)

# What is told of waiting is measured on the newest so many decisions of persons within `FIGURES_WEEK`: a shift or two.
WAITS_TOLD_OF = 200
# And told of at least so many: three quick answers promise nothing.
WAITS_AT_LEAST = 20
# "Usually" is three times of four, in percent.
WAITS_USUAL = 75
# Hours of the day in which less than this share of a week's decisions was made are hours in which nobody moderates.
HOUR_IS_QUIET = 0.01
# And so many of them in a row are a night worth telling of; a lunch break is none.
NIGHT_AT_LEAST = 4
# Both are measured anew once in this time by each process: they change by the day.
WAITS_KEPT = timedelta(minutes=5)

# --- A friendly chance ----------------------------------------------------------------------------------------------

# Words of the newsroom's list that an author is shown in their own text before it is sent: enough to mend an outburst,
# and no way to have a dictionary checked.
PASSAGES_SHOWN = 3
# How often an hour one network is shown such words; a class that quarrels is reminded, a script reads no list out.
CHANCES_HOURLY = 20
CHANCES_WINDOW = timedelta(hours=1)

# --- What is kept ---------------------------------------------------------------------------------------------------

# A network is only a keyed hash, and the key lives this long: it is enough to slow down a week's flood, and after it
# nobody, we included, can tell whether two comments came from one place.
NETWORK_KEY_LIFE = timedelta(days=7)
# An address that was typed and not confirmed is anybody's: who means to confirm does so after a fortnight's holiday.
UNCONFIRMED_ADDRESS_KEPT = timedelta(days=14)
# A confirmed one under which nobody has written for two years is of no use to its owner any more; the comments stay.
IDLE_ADDRESS_KEPT = timedelta(days=730)
# A decision may be questioned for half a year: so long it is known what its author was told of it.
NOTICES_KEPT = timedelta(days=184)
# The worker keeps house each hour; what is older by more than a day was forgotten by the house and not by the clock.
RETENTION_SLACK = timedelta(days=1)
# So many rows are deleted or emptied by one statement: nobody waits for it.
FORGOTTEN_TOGETHER = 1_000
# The link to what is held about an address opens so long: who asks in the evening reads the mail in the morning, and a
# mail that is found later opens nothing.
ADDRESS_LINK_LIFE = timedelta(days=1)
# So many links may be asked for from one network within an hour: a library's readers, and no list of addresses.
ADDRESS_LINKS_HOURLY = 10
# So many comments are erased together, then the next: each slice is a fifth of a second that the desk waits at most.
ERASED_TOGETHER = 500
# As many rows of each kind as the page of an address shows; all of them are in the file.
HELD_ROWS_SHOWN = 50

# --- How authors stand ----------------------------------------------------------------------------------------------

# A pause is for a quarrel to cool down; what is to last longer than a month is a bar, and is called so.
PAUSE_AT_MOST = timedelta(days=30)
# Nobody knows today what should hold in more than a year; what has no end can be lifted on any day.
STANDING_AT_MOST = timedelta(days=366)
# What is offered to who gives a standing: an evening, a night's sleep, a weekend, a week, a month.
STANDING_LENGTHS = (timedelta(hours=6), timedelta(days=1), timedelta(days=3), timedelta(days=7), timedelta(days=30))
# As long as the author can read it at one go; what is meant for colleagues alone is a note.
STANDING_REASON_CODE_POINTS = 1_000
NOTE_CODE_POINTS = 1_000
# What the card at the desk shows of a note: a line; the whole of it is on the author's page.
NOTE_SHORT_CODE_POINTS = 140
# Newest notes that are read: a hundred on somebody is a file that nobody reads.
NOTES_SHOWN = 100
# From a slowed network one comment in ten minutes: a conversation goes on, a flood does not.
SLOWED_HOURLY = 6
# What is offered to who slows or pauses a network; "until its key is gone" besides.
RESTRAINT_LENGTHS = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
# All by one author: as the desk's own page.
AUTHOR_COMMENTS_A_PAGE = 50

# --- Recommending ---------------------------------------------------------------------------------------------------

# Of one comment from one network: a family, an office floor, some of a class. A browser's name is easily invented, so
# this is what one address can add to a number at most.
RECOMMENDED_FROM_ONE_NETWORK = 10
# A reader of a long conversation recommends every fourth comment of two hundred; a class of thirty three each.
RECOMMENDED_HOURLY = 90
# They are counted at most once in this time: a stored page may be as old as that, so applause renders nothing.
RECOMMENDATIONS_COUNTED = timedelta(minutes=1)
# As many as are counted in one transaction: it holds the comments' rows for some hundredths of a second.
COUNTED_TOGETHER = 1_000

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
# Approved comments under a confirmed address after which an author is no stranger any more.
NEW_AUTHOR_COMMENTS = 1


@dataclass(frozen=True)
class Limits:
    """The numbers that the newsroom may change, within `BOUNDS`."""

    links_allowed: int
    burst: int
    hourly: int
    new_author_comments: int
    same_text_days: int


# From and to which number each may be set. Not zero where zero would close the conversation to everybody.
BOUNDS: dict[str, tuple[int, int]] = {
    # No link at all is a rule that some papers have.
    "links_allowed": (0, 20),
    # Below three, one reader who mends a typo is slowed; above a thousand nothing is.
    "burst": (3, 1_000),
    "hourly": (3, 10_000),
    # A stranger's first comment is always held: no setting lets it through unread.
    "new_author_comments": (1, 50),
    "same_text_days": (1, 365),
}


def limits() -> Limits:
    """What holds where the newsroom has set nothing else."""
    return Limits(LINKS_ALLOWED, BURST, HOURLY, NEW_AUTHOR_COMMENTS, SAME_TEXT_WINDOW.days)


# --- Rules that the newsroom writes ---------------------------------------------------------------------------------

# Five thousand words are several of the lists that newsrooms trade; what is longer was pasted by mistake.
WORD_RULES = 5_000
# A rule is a word or a phrase. A sentence is no rule: somebody who writes it again changes a letter.
RULE_CODE_POINTS = 100
RULE_WORDS = 8
# A character of Unicode may fold to eighteen; whoever lists one has room for a few.
RULE_KEY = 300
# Beside a `*` stand so many letters: with two, every tenth comment would have one.
RULE_STEM = 3
# What was decided in so many days says what a rule will do; a month has its campaigns and its quiet days.
REHEARSED = timedelta(days=30)
# Of a busier month the newest are rehearsed: enough to know a rate by, and read in a few seconds.
REHEARSED_COMMENTS = 100_000
REHEARSAL_EXAMPLES = 10
# Figures of a rehearsal may be saved with the rule so long; later ones would tell of another month.
REHEARSAL_LIFE = timedelta(hours=1)
NOTES_CODE_POINTS = 1_000

# --- The order of the queue -----------------------------------------------------------------------------------------

# What each finding says of the harm that a text may do, in points: what a person must see soon weighs most.
RISK = {
    # Chosen by the newsroom itself, word by word.
    "listed_words": 5,
    "rejecting_words": 5,
    # A rule that only logs says nothing yet.
    "logged_words": 0,
    # Campaigns send one text many times, and each copy that is decided early spares the rest.
    "same_text_again": 4,
    # A catalogue of links is mostly an advertisement.
    "too_many_links": 3,
    # A script, or a browser that was too helpful.
    "trap_filled": 3,
    # A matter of manners.
    "shouting": 1,
    "padding": 1,
    # Most newcomers mean well; nothing else is known of them.
    "first_time_author": 1,
    # Who is to be read first waits no longer for it than anybody.
    "always_held": 1,
    # Whoever is shut out and comes back is mostly angry.
    "paused_author": 3,
    "barred_author": 3,
    "every_comment": 0,
    "trusted_author": 0,
    "trusted_by_moderator": 0,
}
# Of a rule that is not named above: as much as a link too many counts for less than the newsroom's own words.
RISK_OF_OTHERS = 3
# A point of risk counts like so much waiting: ten minutes are what a moderator needs for some twenty comments.
RISK_IS_WORTH = timedelta(minutes=10)
# So nothing overtakes a comment that has waited two hours longer, and a quiet story never starves.
RISK_MOST = 12

# What no index knows is looked for among so many comments of a view: a tenth of a second's work for a database, and
# more than a newsroom decides in a week.
LOOKED_THROUGH = 10_000
# More words than these narrow no search further.
SEARCHED_WORDS = 8
# What came back from its author stands above the queue of who returned it; more than a page's half would bury it.
CAME_BACK_SHOWN = 20

# --- What stands beside a comment at the desk -------------------------------------------------------------------------

# An author's newest other comments: enough to tell a habit from a bad day.
OTHERS_SHOWN = 5
# And as many words of each as a line holds.
OTHERS_WORDS = 14
# So many words in a row come from the story and not from the language.
QUOTED_WORDS = 5
# The words of the story that stand before and behind a quotation: a sentence's worth.
QUOTED_AROUND = 20
# Words shorter than this are mostly grammar, and one that is shared is chance.
SHARED_LETTERS = 5
SHARED_WORDS = 2

# --- Reports --------------------------------------------------------------------------------------------------------

# Somebody who reads through a conversation that went wrong reports a handful of comments; a script gets no further.
REPORT_BURST = 10
REPORTS_HOURLY = 30
# The words of a report: which law, or why. An explanation's length; what is longer belongs into a letter.
REPORT_CODE_POINTS = 2_000
# Mails on reports that strangers can cause to one address in a day by writing it into the form; whoever reports more
# than this reads what becomes of it on the pages of their reports.
REPORT_MAILS_TO_ONE_ADDRESS = 10
# A report of illegality comes before every other one of the month: who is told of a crime must look without delay. The
# others count by RISK_IS_WORTH for each network more that reports the same comment, up to RISK_MOST of them.
ILLEGAL_IS_WORTH = timedelta(days=30)
# Who reported, and in which words, is kept for as long as a decision may be objected to (Digital Services Act, Art.
# 20(1): six months), and some days for what came on the last of them.
REPORTERS_KEPT = timedelta(days=190)
# The figures of reports look back so many months, the present one with them.
FIGURES_REPORT_MONTHS = 12

# --- Editing and deciding -------------------------------------------------------------------------------------------

# An edit of a visible comment leaves the decided words up until somebody has read the new ones: an author who mends a
# typo is not silenced for it, and what stands was approved.
EDIT_KEEPS_PUBLIC_TEXT = True
# A moderator's decision may be taken back before anybody hears of it.
NOTICE_DELAY = timedelta(seconds=10)
# A returned comment waits for its author over a week's holiday; after that the conversation has gone on without it.
RETURN_WINDOW = timedelta(days=7)
# A bulk act that went wrong is seen by the next shift at the latest.
BATCH_UNDO_WINDOW = timedelta(hours=24)
# As many as two pages of the desk hold ten times over; locked and written together they take a fifth of a second.
BATCH_COMMENTS = 1_000
# Of those so many are taken back together, then the next: each comes back to a place of its own, which is a statement,
# and a colleague's decision waits a few hundredths of a second for it.
UNDONE_TOGETHER = 100

# A comment that somebody has open is shown as such to colleagues: reading a long one and writing to its author takes
# about a minute, and who went for a coffee must not seem to be at it.
CLAIM_LIFE = timedelta(seconds=90)
# Its page says so three times in that time, so that one lost answer does not end it.
CLAIM_RENEWED = timedelta(seconds=30)

# The numbers beside the desk's views are counted at most once in this time by each process, however many moderators
# watch them: a colleague's decision is to be seen within so long.
COUNTS_KEPT = timedelta(seconds=2)

# --- Objecting ------------------------------------------------------------------------------------------------------

# Six months at least after the decision (Digital Services Act, Article 20(1)); no six months have more days than these.
OBJECTION_WINDOW = timedelta(days=184)
# As much as a comment: whoever objects to a decision has no less to say than who wrote it.
OBJECTION_CODE_POINTS = MAXIMUM_CODE_POINTS
# Above everybody's queue stand so many, as many as of what came back from its author.
OBJECTED_SHOWN = CAME_BACK_SHOWN

# --- What readers are told by mail ----------------------------------------------------------------------------------

# Who confirmed an address did it to hear of what they wrote; each mail says how to end it.
PACE = dict.fromkeys(Topic, Pace.NOW)
# The hour of the paper's day at which those who want one mail a day get it: most of the day's decisions are made then,
# and the evening is left for answering.
ROUNDUP_HOUR = 18
# So long before that hour a message waits for tomorrow's: today's may be on its way.
ROUNDUP_CLOSED = timedelta(minutes=1)
# A mail that quotes more is read by nobody; the rest is a number in it.
ROUNDUP_QUOTES = 50
# And so many are told by one mail at all: a comment with a thousand answers a day is not read by mail.
ROUNDUP_MESSAGES = 1_000
# Mails on answers within an hour to one address; further ones come with the day's roundup. A quarrel, or a crowd that
# has found a comment, must not fill somebody's mailbox.
ANSWER_MAILS = 10
ANSWER_MAILS_WINDOW = timedelta(hours=1)
# Conversations for which something can be chosen: the newest in which somebody wrote.
CONVERSATIONS_TO_CHOOSE = 20

# --- What the desk is told ------------------------------------------------------------------------------------------

# Ten times the usual number in an hour is news of its own: somebody linked to the story, or a campaign has found it.
BUSY_TIMES = 10
# And at least so many: one a minute or two is what one moderator reads beside the rest of the queue.
BUSY_AT_LEAST = 30
BUSY_WINDOW = timedelta(hours=1)
# What is usual is a week's: weekends are quieter than Mondays.
BUSY_COMPARED_WITH = timedelta(days=7)
# A cause that comes and goes is told once in this time: a phone that buzzes each minute is switched off.
ALARM_AT_MOST_EVERY = timedelta(hours=1)
# The hour of the paper's day from which on its digest is sent: the night is known when the first shift begins.
DIGEST_HOUR = 7
# What is over, and who was told what, is kept for as long as the figures look back; then nobody asks for it any more.
DESK_MESSAGES_KEPT = timedelta(days=30)

# --- Ledger and figures ---------------------------------------------------------------------------------------------

# A name, an outcome, a reason or a section is looked for in as many of the newest decisions, or the newest of the days
# that were chosen: a month of a busy desk, in a fifth of a second.
LEDGER_SEARCHED = 100_000
# A week has its quiet days and its loud ones; its last 24 hours are told hour by hour.
FIGURES_WEEK = timedelta(days=7)
# Long enough for each hour of the day to have its thirty days, short enough to tell of the desk as it is now.
FIGURES_MONTH = timedelta(days=30)
# Of a month with more than this the newest are read, in a second or two; more would move no median.
FIGURES_WAITS = 100_000

# Rows of the ledger that are looked at once more when the months are made: who writes at the same moment commits in any
# order, and no transaction here is a thousand rows late.
MONTHS_OVERLAP = 1_000
# Charts of the public page: a year, whose columns can still be told apart on a phone.
MONTHS_DRAWN = 12

# --- Reasons --------------------------------------------------------------------------------------------------------

# A page of words to an author is plenty; what is longer was pasted by mistake.
EXPLANATION_CODE_POINTS = 2_000
# Reasons that say too little by themselves: the moderator adds words.
REASONS_WITH_EXPLANATION = frozenset({Reason.OTHER})

# What is forbidden whatever our guidelines say; every other reason rests on them.
REASONS_OF_LAW = frozenset({Reason.ILLEGAL})

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
    # As a German paper calls them.
    "redaktion",
    "chefredaktion",
    "redakteur",
    "redakteurin",
    "moderatorin",
    "administratorin",
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
