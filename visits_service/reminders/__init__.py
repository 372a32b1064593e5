"""What a patient is told about a visit, and when: planned with the visit, sent by what is due."""
