"""The catalogue: a module a theme, an entry an attack."""

from __future__ import annotations

from tests.security.attacks import exhaust, forge, learn, outlive, own, read, subvert, walls, web

THEMES = (read, forge, subvert, learn, exhaust, outlive, walls, web, own)
CATALOGUE = [attack for theme in THEMES for attack in theme.ATTACKS]

ENGINES_OWN = [
    *(attack for theme in (read, outlive, walls) for attack in theme.ATTACKS),
    *(attack for attack in exhaust.ATTACKS if attack.line != exhaust.VALUE),
    *(attack for attack in forge.ATTACKS if attack.line == forge.BOOK),
    *(attack for attack in CATALOGUE if "plain" in attack.not_on),
]
"""Those that an engine stops, or does not. The others aim at the judge, at the wire or at the pages: beside every
engine these are the same, and what they do with docker and bubblewrap they do with a plain process."""
