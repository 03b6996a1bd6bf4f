"""The rules library: facts, policies as folders, three-valued determinations, difference. No database, no web
framework.
"""
