"""A personal number that somebody typed into a note never reaches the log: it is masked as the row is written.

The services mask the fields that hold such numbers. Free text cannot be foreseen, and refusing it would lose
what the person typed; so the database keeps the first three and the last two characters of
- identity numbers, disability and bank cards (15 to 22 digits, X among the last; also grouped 6-8-4),
- mobile numbers (11 digits from 13 to 19, also grouped 3-4-4).
Digits inside hexadecimal text (a checksum, a request number) and behind a decimal point are left alone.
"""

from django.db import migrations

from poverty.sql.triggers import Function, Trigger

D = "[0-9０-９]"
NUMBER = (
    rf"(?<![0-9０-９a-fA-F.])("
    rf"{D}{{17}}[Xx]{D}{{0,4}}|{D}{{15,22}}|{D}{{6}}[ -]{D}{{8}}[ -]{D}{{3}}[0-9０-９Xx]"
    rf"|[1１][3-9３-９]{D}[ -]?{D}{{4}}[ -]?{D}{{4}}"
    rf")(?![0-9０-９a-fA-FXx])"
)

MASKED = f"""
DECLARE
    number text;
BEGIN
    IF words IS NULL OR words !~ '{NUMBER}' THEN
        RETURN words;
    END IF;
    FOR number IN SELECT hit.groups[1] FROM regexp_matches(words, '{NUMBER}', 'g') AS hit(groups) LOOP
        words := replace(words, number, left(number, 3) || repeat('*', length(number) - 5) || right(number, 2));
    END LOOP;
    RETURN words;
END
"""

MASK_ENTRY = """
BEGIN
    NEW.summary := audit_masked(NEW.summary);
    NEW.purpose := audit_masked(NEW.purpose);
    NEW.changes := audit_masked(NEW.changes::text)::jsonb;
    RETURN NEW;
END
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        Function("audit_masked", MASKED, arguments="words text", returns="text"),
        Function("audit_mask_entry", MASK_ENTRY),
        Trigger(
            "audit_entry_mask_numbers",
            "audit_entry",
            "audit_mask_entry",
            when="BEFORE INSERT",
            # Most entries hold no long number: a cheap test keeps set-based writing fast.
            condition=f"NEW.changes::text ~ '{NUMBER}' OR NEW.summary ~ '{NUMBER}' OR NEW.purpose ~ '{NUMBER}'",
        ),
    ]
