"""Entities have no lifecycle of their own yet: an individual's is proved by the administrator's scan.

Remittance and WeChat Verification (issue 3) bring states; they live in verification/.
"""
