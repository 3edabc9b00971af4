"""The file that names certificates for a cluster: `ca`, `cert` and `key`, each a file beside it or an absolute path."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from simulation.spec.fields import Strict
from simulation.spec.files import is_file
from simulation.spec.load import FilePath
from simulation.spec.located import locate, validated
from simulation.spec.problems import Problem, SpecError, show
from simulation.spec.yaml_reader import read_file


class TlsText(Strict):
    """Files in PEM form."""

    ca: str = Field(description="certificate of the authority that signed those of the cluster")
    cert: str = Field(description="certificate that this side shows")
    key: str = Field(description="private key of that certificate")


def load_tls(path: FilePath) -> dict[str, Path]:
    """The three files by their key. Raises `SpecError` where one of them is not there."""
    root = read_file(path)
    text = validated(TlsText, root)
    found = {name: Path(path).parent / value for name, value in text}
    problems = [
        Problem.at(locate(root, (name,))[0].mark, f"there is no file {show(str(file))}", f"{name}: a file in PEM form")
        for name, file in found.items()
        if not is_file(file)
    ]  # fmt: skip
    if problems:
        raise SpecError(problems)
    return found
