"""Compare the vendored files with the packages that their makers publish.

With ``--check`` nothing is written and a difference ends with exit code 1; without it the files are
fetched anew. Both ask the npm registry through its own client (``npm pack``), which only whoever
renews or checks the files needs: nobody else needs Node.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).parent.parent / "kg" / "figure" / "vendor"
PACKAGES = {
    "cytoscape@3.34.4": {
        "package/dist/cytoscape.min.js": "cytoscape.min.js",
        "package/LICENSE": "cytoscape.LICENSE",
    },
    "dejavu-fonts-ttf@2.37.3": {
        "package/ttf/DejaVuSans.ttf": "DejaVuSans.ttf",
        "package/ttf/DejaVuSans-Bold.ttf": "DejaVuSans-Bold.ttf",
        "package/LICENSE": "DejaVu.LICENSE",
    },
}
"""Package and version → path in the package → name of the vendored file."""


def packed(package: str, folder: Path) -> dict[str, bytes]:
    """Return the files of a package that are vendored, by the names they have here."""
    command = ["npm", "pack", package, "--silent", "--pack-destination", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    archive = folder / done.stdout.split()[-1]
    found = {}
    with tarfile.open(archive) as tar:
        for member, name in PACKAGES[package].items():
            file = tar.extractfile(member)
            assert file is not None, f"{package} has no file {member}"
            found[name] = file.read()
    return found


def main() -> int:
    """Compare or renew, and say for each file what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 on a difference")
    only_check = parser.parse_args().check
    different = 0
    with tempfile.TemporaryDirectory() as folder:
        for package in PACKAGES:
            for name, data in packed(package, Path(folder)).items():
                own = VENDOR / name
                same = own.is_file() and own.read_bytes() == data
                digest = hashlib.sha256(data).hexdigest()
                print(f"{'same' if same else 'DIFFERS':<8} {name:<22} {package:<26} {digest}")
                different += not same
                if not same and not only_check:
                    own.write_bytes(data)
    return 1 if different and only_check else 0


if __name__ == "__main__":
    sys.exit(main())
