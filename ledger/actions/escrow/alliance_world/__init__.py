"""The small alliance: a merchant in Guizhou, buyers in Singapore and Taiwan, and everybody between them, with their own keys."""
