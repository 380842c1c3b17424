"""Pages of lists, meetings, notices and objections, and the 溯源单 of any case."""
