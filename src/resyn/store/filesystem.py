"""Which file systems the stores may be on: SQLite's log is memory that processes share, and no network file system shares it."""

from __future__ import annotations

import sys
from pathlib import Path

from resyn.errors import ConfigError

_NETWORK = {
    "9p",
    "afpfs",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "fuse.glusterfs",
    "fuse.s3fs",
    "fuse.sshfs",
    "gpfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "smb3",
    "smbfs",
    "webdav",
}
MOUNTS = Path("/proc/self/mounts")


def require_local(folder: Path) -> None:
    """Make sure that a folder, which need not exist, is on no network file system.

    Raises:
        ConfigError: it is on one, where what SQLite wrote can be lost or damaged.
    """
    kind = kind_of(folder.resolve(), _mounts())
    if kind in _NETWORK:
        raise ConfigError(
            f"{folder} is on a network file system ({kind}), where SQLite's locks and its log do not work: answers could be lost",
            hint=f"put the state on a local disk: `mkdir -p /var/tmp/resyn && ln -s /var/tmp/resyn {folder}`, then run the same command again;"
            " data, plan and DVC's cache may stay where they are",
        )


def kind_of(path: Path, mounts: str) -> str:
    """Return the type of the file system that a path is on, by a text laid out like /proc/self/mounts; "" where it names none."""
    kind, longest = "", -1
    for line in mounts.splitlines():
        where, this = line.split()[1:3]
        point = Path(where.encode().decode("unicode_escape"))  # a space is \040
        if path.is_relative_to(point) and len(point.parts) >= longest:
            kind, longest = this, len(point.parts)
    return kind


def _mounts() -> str:
    if sys.platform == "linux":
        return MOUNTS.read_text(errors="replace")
    import psutil  # type: ignore[import-untyped, unused-ignore]  # installed with dvc

    mounted = psutil.disk_partitions(all=True)
    return "\n".join(f"{disk.device or 'none'} {disk.mountpoint.replace(' ', chr(92) + '040')} {disk.fstype}" for disk in mounted)
