"""帮扶责任人 from a workbook: whom the rows mean, what they would change, writing it."""
