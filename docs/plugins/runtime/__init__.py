"""Python in the page: which engine runs blocks there, how it is laid out, and which blocks it runs."""
