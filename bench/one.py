"""Draw one portfolio that lies in a folder: `python -m bench.one FOLDER NAME [STORE]`."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

from kbstrack.pdf.as_pdf import as_pdf
from kbstrack.portfolio.rules import Portfolio
from kbstrack.storage.derived import DerivedStore


def main(folder: Path, name: str, store: Path | None = None) -> None:
    """`NAME.pickle`, which the bench wrote itself, to `NAME.pdf`; pictures lie in `images`."""
    portfolio = pickle.loads((folder / f"{name}.pickle").read_bytes())
    assert isinstance(portfolio, Portfolio)
    content = as_pdf(
        portfolio,
        lambda sha256: (folder / "images" / sha256).read_bytes(),
        store=DerivedStore(store) if store is not None else None,
    )
    (folder / f"{name}.pdf").write_bytes(content)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]), sys.argv[2], *map(Path, sys.argv[3:]))
