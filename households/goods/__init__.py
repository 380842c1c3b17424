"""四个好 and the measurable parts of 四好村: a checklist beside the standard of exit. No verdict reads any of it."""
