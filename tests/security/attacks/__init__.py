"""The catalogue: a module a theme, an entry an attack."""

from __future__ import annotations

from tests.security.attacks import exhaust, forge, learn, outlive, own, read, subvert, walls, web

CATALOGUE = [
    attack for theme in (read, forge, subvert, learn, exhaust, outlive, walls, web, own) for attack in theme.ATTACKS
]
