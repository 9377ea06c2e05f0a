"""``python -m newsletter``. I/O (the command line)."""

from newsletter.cli.main import main

main()
