"""One function per verb: rules set, duties recorded, days in the village, leave, help, notes, taking back."""
