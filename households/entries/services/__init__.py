"""What is done with cases of identification, 返贫 and 户清退: one module per step."""
