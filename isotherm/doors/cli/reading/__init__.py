"""`isotherm directive read` over many files: what is read, under which name, by which process, and what is done."""
