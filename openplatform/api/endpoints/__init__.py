"""The declared calls, by what they are about. Importing this declares all of them."""

from openplatform.api.endpoints import account, codes, login, open_accounts, tokens

__all__ = ["account", "codes", "login", "open_accounts", "tokens"]
