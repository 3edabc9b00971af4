"""Where the parts meet: the command line."""
