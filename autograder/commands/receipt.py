"""``autograder receipt``: receipts that students got when they handed in."""

from __future__ import annotations

import json
from pathlib import Path

import click

from autograder.commands.options import NOT_IN_ORDER, json_option

KEY = Path("course") / "receipt-key"


@click.group(short_help="Receipts that students got when they handed in.")
def receipt() -> None:
    """Verify signed receipts, offline."""


@receipt.command(short_help="Check a receipt's signature.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Public key, in PEM.")
@click.option("--files", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Compare this folder too.")
@json_option
@click.pass_context
def verify(context: click.Context, file: Path, key: Path | None, files: Path | None, as_json: bool) -> int:
    """Check that FILE was signed by this course's service and not changed since.

    Exits with 1 if it was not, or if the folder given with --files holds other versions of what was handed in.
    """
    from autograder.errors import BadReceipt
    from autograder.receipts import Receipt, compare, public_path
    from autograder.receipts import verify as verify_receipt

    public = key or public_path(Path(context.obj) / KEY)
    if not public.is_file():
        raise click.UsageError(f"{public} is not there. Name the public key with --key.")
    try:
        found = Receipt.from_json(file.read_bytes())
        verify_receipt(found, public.read_bytes())
        problems = compare(found, files) if files else []
    except BadReceipt as e:
        found, problems = None, [str(e)]
    if as_json:
        said = json.loads(found.to_json()) if found else None
        click.echo(json.dumps({"file": str(file), "valid": not problems, "problems": problems, "receipt": said}))
    elif problems:
        click.echo(f"{file}: NOT valid", err=True)
        for problem in problems:
            click.echo(f"  {problem}", err=True)
    else:
        click.echo(f"{file}: valid. {found.student} handed in {found.assignment}, received {found.received}")
        click.echo(f"  digest {found.digest}, {len(found.files)} files, key {found.key}")
    return NOT_IN_ORDER if problems else 0
