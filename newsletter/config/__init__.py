"""Settings and sources, as the operator writes them: read and checked once at the edge. I/O (reads files)."""

from newsletter.config.files import added_sources, find_config, load_table
from newsletter.config.prices import load_prices
from newsletter.config.settings import Settings, find_place, load_settings
from newsletter.config.sources import SourceList, load_sources, seed_folder
from newsletter.config.tables import (
    BackupSettings,
    Bounces,
    Collect,
    DeliverySettings,
    Edition,
    Editorial,
    Identity,
    Logs,
    Model,
    QuietDay,
    RelaySettings,
    Retention,
    Schedule,
    Security,
    Web,
)
