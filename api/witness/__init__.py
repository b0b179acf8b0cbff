"""The web application of a witness: C2SP tlog-witness, introductions, and a page for people."""
