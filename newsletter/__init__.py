"""A self-hosted daily email newsletter on rare earth elements.

Start reading at :mod:`newsletter.model`; :mod:`newsletter.day.pipeline` puts the stages in order.
"""

__version__ = "0.3.0"
