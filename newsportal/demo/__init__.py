"""The demo edition: a small newspaper in TOML and pictures, and the loader that makes it through the verbs."""
