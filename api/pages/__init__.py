"""Pages for people: plain HTML that needs no script."""
