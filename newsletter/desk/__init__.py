"""The editor's and operator's pages, a module a room; ``newsletter preview`` opens them on this machine.

The first room is the studio: an issue as every client will show it, why each sentence is there, and what to decide.
"""
