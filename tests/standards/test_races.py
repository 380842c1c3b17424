"""Two people at the same moment, in real transactions."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from poverty.standards import services
from poverty.standards.models import Requirement, Standard
from tests.at_once import at_once
from tests.factories.accounts import make_actor
from tests.standards.test_drafting import draft
from tests.standards.values import row, typed_values

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]


def county_people(count):
    return [make_actor("county_reviewer") for _ in range(count)]


def test_two_people_publish_the_same_draft_and_one_wins():
    drafter, one, other = county_people(3)
    standard = draft(drafter)

    outcomes = at_once(
        lambda: services.publish(standard, actor=one), lambda: services.publish(standard, actor=other)
    )

    winners = [outcome for outcome in outcomes if isinstance(outcome, Standard)]
    losers = [outcome for outcome in outcomes if isinstance(outcome, ValidationError)]
    assert (len(winners), len(losers)) == (1, 1)
    assert losers[0].messages == ["该事项刚刚被他人处理，当前状态为“已发布”，请刷新后再办。"]
    assert Standard.objects.get().published_by == winners[0].published_by


def test_two_drafts_for_the_same_place_are_published_and_one_wins():
    drafter, one, other = county_people(3)
    drafts = [draft(drafter), draft(drafter, row(threshold="4000"))]

    outcomes = at_once(
        lambda: services.publish(drafts[0], actor=one), lambda: services.publish(drafts[1], actor=other)
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Standard", "ValidationError"]
    assert Standard.objects.published().count() == 1


def test_two_corrections_are_begun_and_one_wins():
    drafter, publisher, one, other = county_people(4)
    published = services.publish(draft(drafter), actor=publisher)

    outcomes = at_once(
        lambda: services.correct(published, actor=one, reason="甲"),
        lambda: services.correct(published, actor=other, reason="乙"),
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Standard", "ValidationError"]
    assert Standard.objects.filter(corrects=published).count() == 1


def test_a_draft_is_changed_while_it_is_published():
    """Either the change came first and was seen by the publisher's checks, or it is refused: never half."""
    drafter, publisher = county_people(2)
    standard = draft(drafter)

    changed, published = at_once(
        lambda: services.update_draft(standard, actor=drafter, values=typed_values(row(threshold="4000"))),
        lambda: services.publish(standard, actor=publisher),
    )

    assert isinstance(published, Standard)
    rows = Requirement.objects.filter(standard=standard).count()
    if isinstance(changed, Standard):
        assert rows == 1
    else:
        assert rows == 2


def test_no_row_slips_in_while_a_standard_is_published():
    """A raw insert waits for the publication under way, then is refused."""
    drafter, publisher = county_people(2)
    standard = draft(drafter)
    published, inserted = threading.Event(), []

    def insert():
        try:
            published.wait(10)
            Requirement.objects.create(standard_id=standard.pk, indicator="road", comparison="is_true")
            inserted.append("in")
        except DatabaseError as error:
            inserted.append(str(error))
        finally:
            connection.close()

    thread = threading.Thread(target=insert)
    thread.start()
    with transaction.atomic():
        services.publish(standard, actor=publisher)
        published.set()
        thread.join(0.5)
        assert inserted == []  # it waits
    thread.join(10)
    assert "frozen" in inserted[0]
    assert Requirement.objects.filter(standard=standard).count() == 2
