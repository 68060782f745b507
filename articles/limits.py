"""The numbers of the newsroom, each with its reason."""

# Search engines and cards cut a headline near 70 characters; a newspaper's own may be far longer.
HEADLINE_LENGTH = 300
# Addresses below a story's id that are not the story itself.
RESERVED_SLUGS = frozenset({"comments", "error"})
# Readers read some 220 words of news a minute (Brysbaert 2019 found 238 for English non-fiction, slower on screens).
WORDS_A_MINUTE = 220
# Below this, "updated" beside "published" is noise: the desk mends a new story for some minutes.
UPDATED_AFTER_SECONDS = 600
# A story is filed under some ten tags; each is a link, and a list that the story is in. A story imported with more
# keeps them, and its page shows this many.
TAGS_A_STORY = 40
# Stories on a page of a section, a tag or a person.
STORIES_A_PAGE = 20
# The front page: one lead, three beside it, four cards, sections of one and four, and the latest.
FRONT_SECONDS, FRONT_CARDS, FRONT_OTHERS, FRONT_LATEST = 3, 4, 4, 10
# How many places an editor fills: the lead and the second row.
FRONT_SLOTS = 1 + FRONT_SECONDS
# A line of breaking news is read in one glance, on a phone in three rows.
BREAKING_LENGTH = 160
# Breaking news is no longer news after some hours; a line that nobody ended must not be there the next day.
BREAKING_HOURS, BREAKING_MOST_HOURS = 2, 24
RELATED = 4
FEED_STORIES = 30
# As wide as a feed reader's column on a dense screen.
FEED_PICTURE_WIDTH = 960
# Corrections on a page of them: each is read, not skimmed.
CORRECTIONS_A_PAGE = 20
# The protocol allows 50,000 in one file; that would be 6 MB, rendered anew for each request. With 10,000 it is 1.2 MB,
# which the page store keeps.
SITEMAP_ADDRESSES = 10_000
# Google News reads two days and the first thousand.
NEWS_SITEMAP_DAYS, NEWS_SITEMAP_STORIES = 2, 1_000
# Decoding this many takes 180 to 560 MB, depending on the format. A WebP would take 920, and no camera makes one.
PICTURE_PIXELS, PICTURE_PIXELS_WEBP = 50_000_000, 25_000_000
PICTURE_BYTES = 30 * 1024 * 1024
# Fewer say less than the summary; more are no longer read at a glance.
KEY_POINTS_LEAST, KEY_POINTS_MOST = 3, 7
# Search engines cut a title near 600 pixels, which is some 60 Latin letters.
SEO_TITLE_SHOWN = 60
# Links of one story that the checklist follows: more than any story has, but a pasted list of them costs little.
LINKS_CHECKED = 100
# Rows of a list on the newsroom's front page; the number beside it links to all.
NEWSROOM_ROWS = 6
# A story accepted longer ago than this and never published was dropped; the list of stories still has it.
READY_DAYS = 30
# The smallest crop has 320 px, which a portrait of 112 px needs on a dense screen: no picture is ever enlarged.
PICTURE_LEAST_SIDE = 320
# A panorama; a crop at 3:2 of anything longer shows next to nothing of it.
PICTURE_LONGEST = 6
# What a camera of 12 megapixels gives, and enough for the largest crop out of the middle third of it.
PICTURE_KEPT_SIDE = 4_000
# The lead is 944 px wide on a desktop: a smaller picture is blurred there, and the library says so.
PICTURE_LEAD_WIDTH = 960
# The search. A reader who pastes a paragraph is looking for its first words.
QUERY_CHARACTERS, QUERY_WORDS = 200, 12
# Stories ranked for one query, the newest of those that have its words: nobody turns that many pages.
RANKED_STORIES = 20_000
FOUND_A_PAGE = 20
# Words of one story that are indexed: PostgreSQL allows 16,383 positions in a text, and a megabyte of words with them.
INDEXED_WORDS, INDEXED_BYTES = 16_000, 400_000
# A passage shown below a headline: some three lines of a phone.
PASSAGE_CHARACTERS, PASSAGE_BEFORE = 240, 60
# A story of 20,000 words is 150 kB; the longest reports that papers print in one piece are twice that. Cleaning this
# much takes a second.
BODY_LENGTH = 400_000
# Nobody reads deeply nested lists, and a browser indents until no room is left for words.
NESTED_BLOCKS = 12
# About what search engines show of a description before they cut it.
SEO_DESCRIPTION_SHOWN = 160
# A summary that is read in one breath; a headline that a phone shows without scrolling.
SUMMARY_LENGTH, HEADLINE_SHOWN = 300, 90
# Pictures that the text editor's dialog lists at a time: as many as a screen shows.
PICTURES_LISTED = 24
# Two texts of up to 300 words each are compared word by word; if more is left after what they share at either end, by
# the words that occur once in each. Beyond the effort (2 s of one core) a changed part is shown whole.
COMPARED_CLOSELY, COMPARED_EFFORT = 90_000, 4_000_000
# Unchanged text shown on either side of a difference: three lines.
CONTEXT_LENGTH = 240
# An open page reports every 10 seconds; after a minute, when five reports have been lost, it is forgotten.
FORGOTTEN_AFTER_SECONDS = 60
# Somebody whose last keystroke was this recent is typing.
TYPING_SECONDS = 15
# For this long a browser that comes back can still ask which of its texts were saved.
SAVED_PAGES_KEPT_DAYS = 30
# The form of a story with 100 quotes has 900 fields.
UNSAVED_FIELDS = 2_000
# Rows of one list that are read from a form; Django's own limit.
LIST_ROWS = 1_000
# A link for somebody without an account: a lawyer or a partner paper takes up to a week to answer, and a link that
# stays open for longer than a month is forgotten about.
PREVIEW_DAYS, PREVIEW_DAYS_MOST = 7, 30
# People who read one story before it is published; showing it to more is publishing it.
PREVIEW_LINKS = 20
# A name, or a mail address at its longest.
PREVIEW_RECIPIENT_LENGTH = 254
# Two pages of remarks in one note, as in one comment; fifty notes are a day's conversation, and limit what somebody to
# whom a link was passed on can make us store.
PREVIEW_NOTE_LENGTH = 5_000
PREVIEW_NOTES = 50
# "Last opened" is written at most once in this time, so that reloading writes nothing.
PREVIEW_OPENED_SECONDS = 60
# Errors that readers report. A passage is a paragraph or two; a page has room for what is wrong with it, and sources.
ERROR_PASSAGE_LENGTH, ERROR_TEXT_LENGTH, ERROR_ANSWER_LENGTH = 1_000, 3_000, 3_000
# Eight bytes: a report's address is a signature over it, so it need not be unguessable, only unique.
ERROR_REFERENCE_BYTES = 8
# A close reader of a long story finds a handful; ten an hour from one network is a class at work, or a machine.
ERROR_REPORTS_AN_HOUR = 10
# What a list shows of a report and of its story: a line of each.
ERRORS_LISTED_CHARACTERS = 100
# The mail is tried for two days, and a reader who did not get it may ask; after a month nobody does.
ERROR_ADDRESS_DAYS = 30
# A report unanswered after half a year never will be answered: its address is not kept.
ERROR_UNANSWERED_DAYS = 180
# Every story contains any one letter; what a court has removed is at least a name.
BLANKED_CHARACTERS = 2
# Pages about the paper beyond those that every paper has: each is linked at the foot of every page.
HOUSE_PAGES = 20
# The last part of such an address: its words are parts of the page's name (`names.of_house`), so none is empty.
HOUSE_ADDRESS = r"[a-z0-9]+(?:-[a-z0-9]+)*"
# What fits on one line of a footer on a phone, and into a list of search results.
HOUSE_TITLE_LENGTH, HOUSE_SUMMARY_LENGTH = 60, 300
# Versions of such a page that are listed: what was said in the last years.
HOUSE_VERSIONS_SHOWN = 50
