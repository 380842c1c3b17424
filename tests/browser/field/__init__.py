"""The phone pages of visits in a real Chromium of a phone's size, over a line that can be cut."""
