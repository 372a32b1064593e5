"""What a receipt is: numbered documents, issued once from a frozen snapshot and rendered to PDF."""
