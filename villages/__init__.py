"""The village case file: register, yearly facts, indicators, judging and exit of poor villages (贫困村出列)."""
