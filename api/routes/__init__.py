"""One resource a file: read the request, call a deed, write the answer."""
