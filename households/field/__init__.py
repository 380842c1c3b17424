"""The phone pages of household visits (走访), which work without network: what the server gives for them."""
