"""Where a store may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from resyn.errors import ConfigError
from resyn.models.request import Answer, Status
from resyn.store import filesystem
from resyn.store.filesystem import kind_of
from resyn.store.responses import Responses

MOUNTS = r"""/dev/vda / ext4 rw 0 0
home:/export /home nfs4 rw,vers=4.2 0 0
tmpfs /home/ada/fast\040disk tmpfs rw 0 0
//nas/share /mnt/nas cifs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/var/lib/p", "ext4"), ("/home/ada/p", "nfs4"), ("/home/ada/fast disk/p", "tmpfs"), ("/homes/p", "ext4"), ("/mnt/nas", "cifs")],
)
def test_a_path_is_on_the_innermost_disk_that_holds_it(path: str, kind: str) -> None:
    """By whole parts of its name."""
    assert kind_of(Path(path), MOUNTS) == kind


def test_a_store_on_a_network_disk_is_refused_until_its_folder_is_a_link_to_a_local_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says what it is on and the command that helps; after it, the store works."""
    (tmp_path / "project").mkdir()
    (tmp_path / "local").mkdir()
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/vda / ext4 rw 0 0\nnas:/p {tmp_path}/project nfs rw 0 0\n")
    monkeypatch.setattr(filesystem, "MOUNTS", mounts)
    state = tmp_path / "project/.resyn"
    with pytest.raises(ConfigError, match=r"network file system \(nfs\)") as refused:
        Responses(state / "responses.sqlite")
    assert f"ln -s /var/tmp/resyn {state}" in str(refused.value)
    assert not state.exists()
    state.symlink_to(tmp_path / "local")
    responses = Responses(state / "responses.sqlite")
    responses.put(Answer(key=bytes(32), status=Status.ANSWERED, body=b"x")).result()
    responses.close()
    assert (tmp_path / "local/responses.sqlite").exists()
