"""Money as pages write it."""

from django import template

from verification.payment_words import MEMOS, PURPOSES

register = template.Library()


@register.filter
def yuan(fen: int) -> str:
    """`30000|yuan` is "300.00", with commas between thousands."""
    return f"{fen / 100:,.2f}"


@register.filter
def purpose_words(purpose: str) -> str:
    """What an order of this purpose is for."""
    return str(PURPOSES.get(purpose, purpose))


@register.filter
def memo_words(memo: str) -> str:
    """What a posting was, in words."""
    return str(MEMOS.get(memo, memo))
