"""The register over /api/v1/: fetch what is visible, call one service, answer."""
