from poverty.standards.models import Standard
from tests.factories.accounts import make_actor, make_posting, make_user
from tests.factories.standards import make_standard


def test_own_area_with_drafts_and_what_is_published_above(db, county_reviewer):
    country = make_standard("")
    province = make_standard("22")
    province_draft = make_standard("22", 2019, status="draft")
    own = make_standard("220503")
    own_draft = make_standard("220503", 2019, status="draft")
    township = make_standard("220503100")
    elsewhere = make_standard("140212")

    seen = set(Standard.objects.visible_to(county_reviewer))

    assert seen == {country, province, own, own_draft, township}
    assert province_draft not in seen
    assert elsewhere not in seen


def test_everybody_who_works_in_a_place_sees_its_rules_and_the_administrator_none(db, actors):
    standard = make_standard("220503")

    sees = {role for role, user in actors.items() if standard in Standard.objects.visible_to(user)}

    assert sees == set(actors) - {"administrator"}


def test_nobody_sees_anything_without_a_posting(db):
    make_standard("")
    ended = make_actor("county_reviewer")
    ended.postings.update(valid_to="2020-01-01")
    ended.forget_rights()

    assert not Standard.objects.visible_to(make_user()).exists()
    assert not Standard.objects.visible_to(ended).exists()


def test_two_postings_add_up(db):
    one, other = make_standard("220503"), make_standard("140212")
    user = make_user()
    make_posting(user, "leader", "220503")
    make_posting(user, "leader", "140212")

    assert set(Standard.objects.visible_to(user)) == {one, other}
