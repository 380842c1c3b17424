"""Pages of standards: fetch what the user may see, call one service, answer."""
