"""What the doctor thinks of the providers of emails and texts. Pure."""
