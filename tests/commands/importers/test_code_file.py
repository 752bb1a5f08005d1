"""Files that hold code beside the weights."""

from pathlib import Path

import pytest

from latent_explorer.commands.importers.code_file import KERAS, TORCH, refuse_code
from latent_explorer.errors import InputError


@pytest.mark.parametrize(("endings", "way"), [(KERAS, "encoder.export"), (TORCH, "torch.onnx.export")])
def test_each_is_refused_with_its_own_way_to_onnx_however_its_ending_is_written(endings, way):
    for ending in endings:
        for path in (Path(f"net{ending}"), Path(f"net.v2{ending.upper()}")):
            with pytest.raises(InputError, match=way) as raised:
                refuse_code(path)
            assert str(raised.value).startswith(f"{path}: ")


@pytest.mark.parametrize("name", ["e.onnx", "model.safetensors", "keras", "pt.onnx", "h5.json"])
def test_files_that_hold_no_code_pass(name):
    refuse_code(Path(name))
