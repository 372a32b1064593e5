"""From a payment to a receipt in somebody's mailbox: composes payments, receipts and notifications."""
