"""What readers write below stories, and how it is moderated. May import articles; articles never imports this."""
