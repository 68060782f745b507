"""Times as the paper prints them, always with their zone: "11 February 2026, 13:05 UTC"."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H:i T"
SHORT_DATETIME_FORMAT = "j M Y, H:i T"
