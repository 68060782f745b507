"""Times as the paper prints them, always with their zone: "11. Februar 2026, 13:05 Uhr UTC"."""

DATE_FORMAT = "j. F Y"
DATETIME_FORMAT = "j. F Y, H:i \\U\\h\\r T"
SHORT_DATETIME_FORMAT = "j. M Y, H:i \\U\\h\\r T"
