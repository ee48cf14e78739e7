"""Not pip: says how packages come into a sandbox."""

from _belljar_hints import PACKAGES

raise ModuleNotFoundError(f"there is no pip here: {PACKAGES}", name="pip")
