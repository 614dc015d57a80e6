"""What setup.cfg cannot say: besides the packages that are found, kbstrack.data lies in data/."""

from setuptools import find_packages, setup

setup(packages=[*find_packages(include=["kbstrack", "kbstrack.*"]), "kbstrack.data"])
