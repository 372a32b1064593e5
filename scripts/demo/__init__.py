"""`make demo`: a payment and three visits through the real stack; then everything is stopped."""
