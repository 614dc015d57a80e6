"""`python -m kbstrack` is the command `kbstrack`."""

from kbstrack.cli import main

if __name__ == "__main__":
    main(prog_name="kbstrack")
