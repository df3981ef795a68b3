"""What WeChat Pay keeps: applications, merchants, and which AppIDs are linked to them."""

from payments.models.applications import PayApplication
from payments.models.merchants import Merchant, MerchantLink

__all__ = ["Merchant", "MerchantLink", "PayApplication"]
