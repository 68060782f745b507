"""What readers answer, and how it is decided. May import articles; articles never imports this."""
