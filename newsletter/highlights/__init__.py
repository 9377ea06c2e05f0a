"""A story's articles into its highlights: found, weighed, chosen as a set, shortened. Pure."""
