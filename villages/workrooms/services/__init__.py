"""Opening, staffing, funding and closing the workroom of a village."""
