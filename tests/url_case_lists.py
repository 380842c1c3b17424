"""Sample arguments of the addresses of cases that go their way on lists, made with the factory of their subject."""

from tests.url_samples import Sample


class CaseSamples:
    """`make`: a factory module with Cast, make_case, bring and roster_of."""

    def __init__(self, make):
        self.make = make

    def case(self, place, state="applied"):
        """The people of a place and a case there that has come to a state."""
        cast = self.make.Cast(place.village, place.actors)
        return cast, self.make.bring(cast, self.make.make_case(cast), state)

    def at(self, state):
        """A case that has come to a state."""
        return lambda place: Sample({"pk": self.case(place, state)[1].pk})

    def roster(self, place) -> Sample:
        """A list of the village."""
        return Sample({"pk": self.make.roster_of(self.case(place, "appraised")[1]).pk})

    def to_post(self, place) -> Sample:
        """A list whose first notice the village may post; the others have no button for it."""
        return Sample(
            self.roster(place).kwargs | {"kind": "first"},
            refused_to=frozenset({"township_officer", "county_reviewer"}),
        )
