"""With this one can write programs out: one module for each target, each with its spellings."""
