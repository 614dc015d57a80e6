"""Takes the README's pictures: of a demo apprentice's pages, and of a page of a portfolio.

`python -m script.pictures FOLDER` needs KBSTRACK_HOME with the prepared demo; `script/pictures`
sees to that.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from kbstrack.config import load_settings
from kbstrack.demo.cohort import PASSWORD
from script.missing import browser as installed_browser
from tests.browser.conftest import FLAGS
from tests.browser.windows import serving

HALF_WAY = "safiya@demo.example"
COMPLETE_ULN = "9000000016"
DESK = {"width": 1200, "height": 960}
PHONE = {"width": 360, "height": 740}
SCALE = 1.3
COLOURS = 256


def main(folder: Path) -> None:
    """Take them all."""
    folder.mkdir(parents=True, exist_ok=True)
    # The bar that says it is a demonstration would be the first thing on every picture.
    os.environ["KBSTRACK_DEMO"] = "no"
    with tempfile.TemporaryDirectory() as workshop:
        errors = Path(workshop) / "errors"
        with sync_playwright() as playwright, serving(load_settings(), errors) as site:
            browser = playwright.chromium.launch(
                executable_path=installed_browser(), args=list(FLAGS)
            )
            take_matrix(browser, site, folder / "matrix.png")
            take_phone(browser, site, folder / "phone.png")
            browser.close()
        take_portfolio_page(Path(workshop), folder / "portfolio-page.png")


def take_matrix(browser: Browser, site: str, path: Path) -> None:
    """The matrix of somebody half-way, as far as a screen shows it."""
    page = signed_in(browser, site, DESK)
    page.goto(f"{site}/my/ksbs")
    save(page.screenshot(), path)


def take_phone(browser: Browser, site: str, path: Path) -> None:
    """Adding evidence on a phone."""
    page = signed_in(browser, site, PHONE)
    page.goto(f"{site}/my/evidence")
    page.get_by_role("button", name="Add evidence").click()
    page.get_by_label("Title").fill("Shortlist for a night shift supervisor")
    page.get_by_label("What did you do?").fill(
        "I read 42 applications against the brief and rang the seven who had led a team before. "
        "After each call I wrote down why somebody was on the list or not."
    )
    page.evaluate("() => { document.activeElement.blur(); window.scrollTo(0, 0); }")
    save(page.screenshot(), path)


def signed_in(browser: Browser, site: str, size: dict[str, int]) -> Page:
    """A window in which somebody half-way has signed in."""
    context = browser.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        device_scale_factor=SCALE,
        locale="en-GB",
    )
    page = context.new_page()
    page.goto(f"{site}/sign-in")
    page.get_by_label("Email address").fill(HALF_WAY)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site}/")
    return page


def take_portfolio_page(workshop: Path, path: Path) -> None:
    """A page as it is printed, as high as the picture of the matrix."""
    document = workshop / "portfolio.pdf"
    command = [sys.executable, "-m", "kbstrack", "portfolio", COMPLETE_ULN, "--out", str(document)]
    subprocess.run(command, check=True)
    number = page_with_photo(document)
    height = round(DESK["height"] * SCALE)
    subprocess.run(
        [
            *("pdftoppm", "-png", "-singlefile", "-f", str(number), "-l", str(number)),
            *("-scale-to", str(height), str(document), str(workshop / "page")),
        ],
        check=True,
    )
    save((workshop / "page.png").read_bytes(), path, has_photo=True)


def page_with_photo(document: Path) -> int:
    """The page that shows most at once: a photo, and claims with what the assessor said."""
    read = subprocess.run(
        ["pdftotext", "-layout", str(document), "-"], capture_output=True, check=True, text=True
    )
    listed = subprocess.run(
        ["pdfimages", "-list", str(document)], capture_output=True, check=True, text=True
    )
    texts = read.stdout.split("\f")
    with_photo = {int(line.split()[0]) for line in listed.stdout.splitlines()[2:]}
    return max(sorted(with_photo), key=lambda number: texts[number - 1].count("Feedback"))


def save(png: bytes, path: Path, *, has_photo: bool = False) -> None:
    """Write the picture; one with a photo gets fewer colours, for the README to load quickly."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    if has_photo:
        few = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT)
        few.save(path, optimize=True)
    else:
        picture.save(path, optimize=True)
    print(f"{path}: {picture.width} × {picture.height}, {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
