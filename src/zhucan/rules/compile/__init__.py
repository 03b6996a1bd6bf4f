"""Engines that run whole columns of people at once; each must agree with the reference interpreter to the 分."""
