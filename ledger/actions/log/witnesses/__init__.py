"""The log's side of witnessing: witnesses are asked to cosign a checkpoint, and only what verifies is taken from them."""
