"""Tools for who runs the service: is it well, does Stripe know it, does it do what it should?"""
