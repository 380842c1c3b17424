"""How often somebody may ask the API: who is not signed in, and who sends much."""

from redis.exceptions import RedisError
from rest_framework.throttling import AnonRateThrottle, UserRateThrottle


class AnonymousThrottle(AnonRateThrottle):
    """Counts what is asked without a valid sign-in, by address. Without Redis nothing is counted."""

    def allow_request(self, request, view):
        """False when this address has asked too often."""
        try:
            return super().allow_request(request, view)
        except RedisError:
            return True


class PersonThrottle(UserRateThrottle):
    """Counts what one person asks, against a `rate` of its own ("120/min"), under a `scope`. Without Redis nothing is
    counted.
    """

    def allow_request(self, request, view):
        """False when this person has asked too often."""
        try:
            return super().allow_request(request, view)
        except RedisError:
            return True
