"""The villages of the demo county, invented where no figure was published; papers carry 演示 in their names."""
