"""Who calls the API: `Authorization: Token <key>`."""

from rest_framework.authentication import TokenAuthentication as DrfTokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from poverty.accounts.models import ApiToken
from poverty.accounts.services.tokens import find_token


class TokenAuthentication(DrfTokenAuthentication):
    """REST framework's token header over our hashed, dated keys."""

    model = ApiToken

    def authenticate_credentials(self, key):
        """(user, token). One message for whatever is wrong with the key or its owner."""
        token = find_token(key)
        if token is None or not token.user.is_active:
            raise AuthenticationFailed("接口密钥无效或已过期。")
        return token.user, token
