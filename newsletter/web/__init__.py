"""The web face: joining, leaving and the archive for everyone; preview and desk for the operator."""
