"""What the tests of the API have in common: somebody who asks, and a household with everything answered."""

import pytest
from rest_framework.test import APIClient

from households.services.assess import judge_households
from tests.factories.households import make_household
from tests.factories.standards import make_standard

ROOT = "/api/v1/"


class Asker:
    """One person's program. Addresses are relative to /api/v1/; bodies are JSON."""

    def __init__(self, user=None, **kwargs):
        self.client = APIClient(**kwargs)
        if user is not None:
            self.client.force_login(user)

    def get(self, address, **query):
        return self.client.get(self._url(address), query)

    def post(self, address, body=None):
        return self.client.post(self._url(address), body, format="json")

    def patch(self, address, body=None):
        return self.client.patch(self._url(address), body, format="json")

    def put(self, address, body=None):
        return self.client.put(self._url(address), body, format="json")

    def rows(self, address, **query):
        """The rows of a list, which must be 200."""
        answer = self.get(address, **query)
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()["results"]

    @staticmethod
    def _url(address):
        return address if address.startswith(("/", "http")) else ROOT + address


@pytest.fixture
def ask():
    """ask(user).get("households/")"""
    return Asker


@pytest.fixture
def household(db):
    """王建国户 in county A: met in 2018 under a standard of 3,535 yuan."""
    make_standard()
    row = make_household(phone="13812345678", bank_account="6228480000000000012")
    judge_households([row.pk], 2018)
    return row


@pytest.fixture
def survey(household):
    """Its facts of 2018."""
    return household.surveys.get()
