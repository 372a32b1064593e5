"""What the doctor asks the providers of emails and texts, without sending anything."""
