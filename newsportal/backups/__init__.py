"""Backups: the database and the pictures in one file, and back again. It knows nothing about their content."""
