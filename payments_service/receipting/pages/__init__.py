"""A patient's pages: a link in a letter leads here, without a login. The token in the address is the authority.

A GET changes nothing, since mail scanners follow links; a POST acts. Nothing is loaded from anywhere else.
"""
