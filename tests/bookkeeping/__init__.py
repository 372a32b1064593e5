"""Tests of the books: what is proven of a day, what is to be done, the report, the file for the bookkeeper."""
