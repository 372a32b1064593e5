"""The rows of what was to be paid, what was paid, and what went back."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Upper

from servicekit import claims


class Checkout(models.Model):
    """One checkout that we opened at Stripe for a visit. Stripe knows only `reference`, amounts and neutral words.

    `account` is the connected account that is paid into, empty for the installation's own.
    `lines` is a list of {"description", "quantity", "unit_amount", "tax_rate"}, amounts in minor units with tax in
    them; `service` is {"date", "practitioner", "code"}.
    """

    class Status(models.TextChoices):
        """As Stripe calls them; `opening` until Stripe has answered."""

        OPENING = "opening"
        OPEN = "open"
        COMPLETE = "complete"
        EXPIRED = "expired"

    reference = models.CharField(max_length=40, unique=True)
    visit_id = models.CharField(max_length=100, db_index=True)
    account = models.CharField(max_length=255, blank=True, default="", db_default="")
    currency = models.CharField(max_length=3)
    lines = models.JSONField()
    patient_name = models.CharField(max_length=200)
    patient_email = models.EmailField()
    locale = models.CharField(max_length=20, blank=True)
    service = models.JSONField(default=dict)
    success_url = models.URLField(max_length=1000)
    cancel_url = models.URLField(max_length=1000)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPENING)
    stripe_session_id = models.CharField(max_length=255, unique=True, null=True)
    url = models.URLField(max_length=2000, blank=True)
    idempotency_key = models.CharField(max_length=255, unique=True, null=True)
    request_digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(Upper("patient_email"), name="checkout_email")]  # as `iexact` asks

    def __str__(self) -> str:
        return self.reference


class Payment(claims.Claimable):
    """One money movement towards the clinic: one per payment intent, or per charge where there is none.

    `evidence` holds what each event said, by the event's id and the object's kind; the other columns are merged
    from it. `due_at` is when a receipt has to be issued. `receipt_number` is empty until it was.
    """

    NO_PROFILE = "account_has_no_profile"
    """The `last_error` of one whose account belongs to a clinic that nobody has described yet."""

    stripe_id = models.CharField(max_length=255, unique=True)
    payment_intent = models.CharField(max_length=255, blank=True, db_index=True)
    charge = models.CharField(max_length=255, blank=True, db_index=True)
    session = models.CharField(max_length=255, blank=True)
    checkout = models.ForeignKey(Checkout, null=True, blank=True, on_delete=models.PROTECT, related_name="payments")
    livemode = models.BooleanField(default=False)
    account = models.CharField(max_length=255, blank=True)
    amount = models.BigIntegerField(default=0, help_text="In the currency's minor unit, as Stripe counts it.")
    currency = models.CharField(max_length=3, blank=True)
    paid_at = models.DateTimeField(null=True)
    email = models.CharField(max_length=500, blank=True, help_text="Where the receipt goes; empty when nobody said.")
    evidence = models.JSONField(default=dict)
    receipt_number = models.CharField(max_length=40, blank=True, db_index=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-recorded_at"]
        indexes = [
            claims.due_index("payment_due"),
            models.Index(fields=["paid_at"], name="payment_paid"),
            models.Index(fields=["session"], name="payment_session"),
            models.Index(Upper("email"), name="payment_email"),  # as `iexact` asks
        ]

    def __str__(self) -> str:
        return self.stripe_id


class Movement(claims.Claimable):
    """Money that goes back from the clinic: one row per refund or dispute of Stripe's, however far it has come.

    `evidence` holds what each event said, by the event's id; the other columns are merged from it. `returned` is how
    much has gone back by what is known, `documented` how much of it our documents say. `due_at` is when a document has
    to be issued because the two differ; it can't be before the payment is known and has its receipt. Amounts are in
    the currency's minor unit, as Stripe counts it.
    """

    class Kind(models.TextChoices):
        """As Stripe calls them."""

        REFUND = "refund"
        DISPUTE = "dispute"

    class Obstacle(models.TextChoices):
        """What stands between a row and its document, in `last_error`; some pass by themselves, some need a person."""

        RECEIPT_NOT_ISSUED = "receipt_not_issued", "its payment has no receipt yet"
        PAYMENT_UNKNOWN = "payment_unknown", "its payment's own event hasn't come"
        NEVER_PAID = "never_paid", "nothing was ever captured, so there is nothing to correct"
        OTHER_CURRENCY = "other_currency", "it can't be reckoned against the receipt"
        CHANGED_AGAIN = "changed_again", "Stripe reports yet another amount after the correction"
        NO_PROFILE = Payment.NO_PROFILE, "CLINIC_ACCOUNTS_FILE has no clinic for its account"

    FOR_A_PERSON = (Obstacle.PAYMENT_UNKNOWN, Obstacle.OTHER_CURRENCY, Obstacle.CHANGED_AGAIN, Obstacle.NO_PROFILE)

    stripe_id = models.CharField(max_length=255, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    payment = models.ForeignKey(Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="movements")
    payment_intent = models.CharField(max_length=255, blank=True, db_index=True)
    charge = models.CharField(max_length=255, blank=True, db_index=True)
    livemode = models.BooleanField(default=False)
    account = models.CharField(max_length=255, blank=True)
    amount = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True)
    status = models.CharField(max_length=500, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    moved_at = models.DateTimeField(null=True)
    returned = models.BigIntegerField(default=0)
    documented = models.BigIntegerField(default=0)
    document_number = models.CharField(max_length=40, blank=True, db_index=True)
    correction_number = models.CharField(max_length=40, blank=True, db_index=True)
    evidence = models.JSONField(default=dict)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-recorded_at"]
        indexes = [claims.due_index("movement_due"), models.Index(fields=["moved_at"], name="movement_moved")]

    def __str__(self) -> str:
        return self.stripe_id

    @property
    def wants_document(self) -> bool:
        """Money has gone back, and nothing says so yet."""
        return self.returned > self.documented and not self.document_number

    @property
    def wants_correction(self) -> bool:
        """A document says that money has gone back, and all or part of it came again."""
        return self.returned < self.documented and not self.correction_number


class Refund(Movement):
    """A refund, for lists."""

    class Meta:
        proxy = True


class Dispute(Movement):
    """A dispute, for lists."""

    class Meta:
        proxy = True
