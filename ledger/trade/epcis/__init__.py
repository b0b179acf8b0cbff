"""EPCIS 2.0 in JSON: documents cut into their exact bytes, events understood, every doubt named."""
