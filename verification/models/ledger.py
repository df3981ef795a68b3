"""The simulated world's money: accounts, and postings that each take from one and give to another."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import WeChatPerson
from platform_site.kernel.constraints import one_of
from platform_site.kernel.models import ImmutableModel
from platform_site.kernel.secrets import EncryptedTextField


class AccountKind(models.TextChoices):
    """Whose money an account holds."""

    BANK = "bank", _("Bank account")
    WALLET = "wallet", _("Wallet")
    RECEIVING = "receiving", _("The platform's receiving account")
    FEES = "fees", _("Verification fees earned")
    OUTSIDE = "outside", _("The rest of the world")


class LedgerAccount(models.Model):
    """An account in the simulated world's one ledger. Its balance is what postings gave less what they took.

    Of the kinds RECEIVING, FEES and OUTSIDE there is one each; a WALLET belongs to a person, a BANK account has a
    holder and a number (encrypted; `number_digest` finds it).
    """

    kind = models.CharField(max_length=16, choices=AccountKind.choices)
    holder = EncryptedTextField(blank=True)
    number = EncryptedTextField(blank=True)
    number_digest = models.CharField(max_length=64, unique=True, null=True)
    person = models.OneToOneField(WeChatPerson, on_delete=models.PROTECT, null=True, related_name="wallet_account")
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("kind", AccountKind, name="ledger_account_kind_is_known"),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(kind__in=[AccountKind.FEES, AccountKind.OUTSIDE, AccountKind.RECEIVING]),
                name="one_platform_account_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind=AccountKind.WALLET, person__isnull=False)
                | (~Q(kind=AccountKind.WALLET) & Q(person=None)),
                name="a_wallet_is_a_persons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Posting(ImmutableModel):
    """Money that went from one account to another: both sides of the double entry in one row, so that all sums to zero.

    `key` names what it is for, once: the second posting of one key is refused by the database.
    """

    source = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="taken")
    target = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="given")
    amount_fen = models.PositiveBigIntegerField()
    key = models.CharField(max_length=80, unique=True)  # "transfer:12:in", "payment:7"
    memo = models.CharField(max_length=80)  # an event-like word put into a sentence by the page
    posted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="posting_moves_money"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="posting_has_two_sides"),
        ]
        indexes = [
            models.Index(fields=["source", "-id"], name="posting_by_source"),
            models.Index(fields=["target", "-id"], name="posting_by_target"),
        ]

    def __str__(self) -> str:
        return self.key


class Wallet(models.Model):
    """A person's wallet on the phone: its account, and the payment password of six digits."""

    person = models.OneToOneField(WeChatPerson, on_delete=models.PROTECT, related_name="wallet")
    account = models.OneToOneField(LedgerAccount, on_delete=models.PROTECT, related_name="wallet")
    password = models.CharField(max_length=128)  # hashed
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"of {self.person_id}"
