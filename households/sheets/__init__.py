"""信息采集对照表: sheets printed with the last values, and the differences typed back in the office."""
