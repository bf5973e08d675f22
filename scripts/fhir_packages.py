"""Fetch HL7's packages and two servers for the tests of FHIR into a folder outside the tree.

Run by hand and by CI: ``python scripts/fhir_packages.py [FOLDER]``. What is there already is kept.
The tests find the default folder by themselves; ``CEKG_FHIR_PACKAGES`` names another.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGES = {
    "hl7.fhir.r5.core": "5.0.0",
    "hl7.fhir.r5.examples": "5.0.0",
    "hl7.terminology.r5": "7.0.1",
    "hl7.fhir.uv.extensions.r5": "5.3.0-ballot-tc1",
    "hl7.fhir.r4.examples": "4.0.1",
}
"""Package → version, all under CC0; the structures of R4 are in its examples."""
MEDPLUM = ("@medplum/core@4.5.2", "@medplum/fhir-router@4.5.2")
FHIRSTARTER = ("fhirstarter>=4.2,<5", "httpx<0.29")


def main(folder: Path) -> None:
    """Fetch what is missing: packages and Medplum with npm, fhirstarter with uv."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, version in PACKAGES.items():
        if (folder / name).is_dir():
            continue
        with tempfile.TemporaryDirectory(dir=folder) as work:
            place = Path(work)
            command = ["npm", "pack", "--silent", f"{name}@{version}"]
            subprocess.run(command, cwd=place, check=True, stdout=subprocess.DEVNULL)
            packed = next(place.glob("*.tgz"))
            with tarfile.open(packed) as archive:
                archive.extractall(place, filter="data")
            shutil.move(place / "package", folder / name)
        print(f"{name} {version}")
    if not (folder / "medplum").is_dir():
        quiet = ("--silent", "--no-audit", "--no-fund", "--prefix", str(folder / "medplum"))
        subprocess.run(["npm", "install", *quiet, *MEDPLUM], check=True)
        print(*MEDPLUM)
    if not (folder / "fhirstarter").is_dir():
        place = folder / "fhirstarter"
        subprocess.run(["uv", "venv", "--quiet", str(place)], check=True)
        python = ("--python", str(place / "bin" / "python"))
        subprocess.run(["uv", "pip", "install", "--quiet", *python, *FHIRSTARTER], check=True)
        print(*FHIRSTARTER)


if __name__ == "__main__":
    default = Path.home() / ".cache" / "clinical-evidence-kg" / "fhir"
    named = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("CEKG_FHIR_PACKAGES")
    main(Path(named) if named else default)
