"""A disk that is full, or that refuses to write: for the shop's database alone.

    with small_disk(folder, mib=16) as disk:
        disk.fill(leaving_kib=200)     # nothing more fits
        disk.free()

A small file system needs the right to mount one; whoever has it not (`MAY_MOUNT`) still meets
writes that fail, by a limit on the server's files.
"""

import os
import resource
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

KIB = 1_024
MAY_MOUNT = os.geteuid() == 0 and shutil.which("mount") is not None
BLOCK = bytes(64 * KIB)


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A file system of its own in memory."""

    folder: Path

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"

    def fill(self, *, leaving_kib: int) -> None:
        """Use up all but so much of it."""
        with self._ballast.open("wb") as ballast:
            while (more := shutil.disk_usage(self.folder).free - leaving_kib * KIB) > 0:
                ballast.write(BLOCK[:more])
                ballast.flush()

    def free(self) -> None:
        """Somebody makes room."""
        self._ballast.unlink()


@contextmanager
def small_disk(folder: Path, *, mib: int) -> Iterator[SmallDisk]:
    """Mount it on a folder; gone after the block."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mib}m", "tmpfs", folder], check=True)
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def limit_files(pids: Iterable[int], *, to_bytes: int = resource.RLIM_INFINITY) -> None:
    """Let these processes write no file beyond this size: every write past it is an I/O error."""
    for pid in pids:
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (to_bytes, hard))
