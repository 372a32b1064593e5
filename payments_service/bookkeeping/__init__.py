"""The books: what is proven of each day, what a person must do, and documents as the bookkeeper takes them."""
