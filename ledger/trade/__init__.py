"""The rules of the business: data in, data or a named refusal out; no files, no sockets, no clock."""
