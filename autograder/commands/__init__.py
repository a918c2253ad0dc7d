"""The verbs of the command line, a module a verb or a pair of verbs; what a verb does lives elsewhere."""
