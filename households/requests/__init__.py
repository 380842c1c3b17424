"""Tables from above (任务表): finding the table in a sender's sheet, matching, prefilling, giving it back."""
