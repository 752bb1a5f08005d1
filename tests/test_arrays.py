import subprocess
import sys

import numpy as np
import pytest
import torch

from latent_explorer import arrays
from latent_explorer.errors import InputError


@pytest.mark.parametrize("values", [[[1, 2]], np.array([[1, 2]]), np.array([[1.0, 2.0]])])
def test_arrays_and_lists_come_back_as_float32_arrays(values):
    array, back = arrays.as_matrix(values, 2, "xy")
    assert array.dtype == np.float32
    assert array.tolist() == [[1.0, 2.0]]
    assert back(array) is array


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16, torch.int64])
def test_a_tensor_comes_back_as_a_tensor(dtype):
    array, back = arrays.as_matrix(torch.tensor([[1, 2]], dtype=dtype), 2, "xy")
    out = back(array * 2)
    assert isinstance(array, np.ndarray)
    assert isinstance(out, torch.Tensor)
    assert out.dtype == torch.float32
    assert out.tolist() == [[2.0, 4.0]]


def test_a_tensor_that_needs_a_gradient_is_taken_without_it():
    array, _ = arrays.as_floats(torch.ones(1, 2, requires_grad=True))
    assert array.tolist() == [[1.0, 1.0]]


@pytest.mark.parametrize("shape", [(2,), (1, 3), (1, 2, 1), ()])
def test_another_shape_is_named_beside_the_allowed_one(shape):
    with pytest.raises(InputError) as caught:
        arrays.as_matrix(np.zeros(shape), 2, "xy")
    assert str(caught.value) == f"xy: shape {shape} arrived; (N, 2) is allowed"


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf, 1e300])
@pytest.mark.parametrize("kind", [np.array, torch.tensor])
def test_numbers_that_are_not_finite_in_float32_are_refused(odd, kind):
    with pytest.raises(InputError, match="latents: NaN or infinity arrived; finite numbers are allowed"):
        arrays.as_matrix(kind([[0.0, odd]]), 2, "latents")


@pytest.mark.parametrize("odd", ["text", [[1.0], [1.0, 2.0]], [["a", "b"]], {"a": 1}, [[1j, 0]]])
def test_what_holds_no_numbers_is_refused(odd):
    with pytest.raises(InputError, match=r"xy: .* arrived"):
        arrays.as_matrix(odd, 2, "xy")


def test_no_rows_are_a_matrix_too():
    assert arrays.as_matrix(np.zeros((0, 2)), 2, "xy")[0].shape == (0, 2)


def test_arrays_alone_import_no_torch():
    code = (
        "import sys; from latent_explorer import arrays; arrays.as_floats([1.0]); "
        "assert not arrays.is_tensor([1.0]); sys.exit('torch' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], check=False, cwd=arrays.__file__.rsplit("/", 2)[0]).returncode == 0
    )


@pytest.mark.parametrize("odd", [[["1", "2"]], np.array([[1j, 0]]), np.array([[None, 1]]), np.array([["1", "2"]])])
def test_texts_and_complex_numbers_are_not_turned_into_numbers(odd):
    with pytest.raises(InputError, match=r"xy: .* arrived"):
        arrays.as_matrix(odd, 2, "xy")


def test_whatever_its_strides_and_rights_an_array_is_taken_by_torch():
    values = np.arange(8, dtype=np.float32).reshape(4, 2)
    fixed = values.copy()
    fixed.flags.writeable = False
    for odd in (
        values[::-1],
        values[:, ::-1],
        values[::2],
        np.asfortranarray(values),
        fixed,
        np.broadcast_to(1, (2, 2)),
    ):
        array, _ = arrays.as_matrix(odd, 2, "xy")
        assert np.array_equal(torch.from_numpy(array).numpy(), odd)


def test_half_precision_is_used_where_its_range_holds():
    assert arrays.as_float16_if_safe(np.float32([1, -5e4])).dtype == np.float16
    assert arrays.as_float16_if_safe(np.float32([1, 7e4])).dtype == np.float32
    assert arrays.as_float16_if_safe(np.zeros(0, np.float32)).dtype == np.float16


def test_large_class_numbers_stay_apart():
    assert arrays.as_classes([20210101, 20210102], 2, 2**31).tolist() == [20210101, 20210102]
