"""Stories: what the desk writes (articles) and what the public reads (editions). Knows nothing of comments."""
