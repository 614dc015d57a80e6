"""A server killed while people work: is everything there that it had said was saved?"""
