"""政策目录和政策享受: what a household or person is entitled to by place and year, and what each received."""
