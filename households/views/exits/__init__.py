"""Pages of household exit: how far the year is, a village's lists, one case, the steps of a list, the county's part."""
