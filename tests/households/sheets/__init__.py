"""Tests of printed comparison sheets."""
