"""Reach the browser of whoever reads the feedback (what a browser makes of it: test_browser.py)."""

from __future__ import annotations

from tests.security.attack import Attack

XSS = "stored XSS against TAs in formgrader and feedback"
NAMES = "file names and student names with ../, newlines, quotes, control characters, 300 characters, other scripts"

ATTACKS = [
    Attack(
        "shows_scripts",
        XSS,
        first="""
from IPython.display import HTML, Javascript, Markdown, SVG, Latex, display
for text in ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<a href='javascript:alert(1)'>x</a>",
             "<iframe srcdoc='<script>alert(1)</script>'>", "<form action=//evil.example><button>go</button></form>",
             "<meta http-equiv=refresh content=0;url=//evil.example>", "<base href=//evil.example>",
             "<style>*{display:none}</style>", "<link rel=stylesheet href=//evil.example>"):
    display(HTML(text), Markdown(text), Latex(text))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"), Javascript("alert(1)"))
display({"application/vnd.jupyter.widget-view+json": "{}", "text/x-evil": "<script>"}, raw=True)
""",
    ),
    Attack(
        "names_its_files_oddly",
        NAMES,
        files={
            "new\nline.txt": b"x",
            "quote'\".txt": b"x",
            "=cmd|' '!A0.csv": b"x",
            "<script>alert(1)<": b"x",
            "\u202egpj.exe": b"x",
            "数据.txt": b"x",
            "a" * 200: b"x",
            "control\x07\x1b[31m": b"x",
        },
        first="import os\nprint(len(os.listdir('.')))",
    ),
]
