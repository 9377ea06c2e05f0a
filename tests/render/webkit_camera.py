"""Draws mails with WebKitGTK. Run by Debian's own Python under Xvfb: ``webkit_camera.py JOBS``.

JOBS is JSON: ``[[html file, png file, width, "light" | "dark", most px of height], …]``. Scripts stay off.
"""

import json
import sys
from pathlib import Path
from typing import Any

import gi  # type: ignore[import-not-found]  # Debian's own

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
import cairo  # type: ignore[import-not-found]  # noqa: E402 - a version is asked for first; Debian's, as gi
from gi.repository import GLib, Gtk, WebKit2  # type: ignore[import-not-found]  # noqa: E402

SETTLE, GIVE_UP = 250, 90  # ms after loading, s for all


def main(jobs: list[list[Any]]) -> None:
    """Draw one mail after the other, each in a window of its own."""
    left = iter(jobs)

    def begin() -> bool:
        job = next(left, None)
        if job is None:
            Gtk.main_quit()
            return False
        source, out, width, scheme, most = job
        Gtk.Settings.get_default().set_property("gtk-application-prefer-dark-theme", scheme == "dark")
        window = Gtk.OffscreenWindow()
        window.set_default_size(width, 700)
        view = WebKit2.WebView()
        view.get_settings().set_enable_javascript(False)

        def keep(shown: Any, result: Any) -> None:
            drawn = shown.get_snapshot_finish(result)
            height = min(most, drawn.get_height())
            cut = cairo.ImageSurface(cairo.FORMAT_RGB24, width, height)
            context = cairo.Context(cut)
            context.set_source_surface(drawn, 0, 0)
            context.paint()
            cut.write_to_png(out)
            window.destroy()
            begin()

        def loaded(shown: Any, event: Any) -> None:
            if event == WebKit2.LoadEvent.FINISHED:
                region, options = WebKit2.SnapshotRegion.FULL_DOCUMENT, WebKit2.SnapshotOptions.NONE
                GLib.timeout_add(SETTLE, lambda: bool(shown.get_snapshot(region, options, None, keep)))

        view.connect("load-changed", loaded)
        window.add(view)
        window.show_all()
        view.load_html(Path(source).read_text(encoding="utf-8"), None)
        return False

    GLib.timeout_add_seconds(GIVE_UP, Gtk.main_quit)
    begin()
    Gtk.main()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
