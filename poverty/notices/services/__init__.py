"""What readers outside can do: object."""
