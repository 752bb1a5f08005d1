"""What is said of a damaged file: a library's reason where a user can read it, and nothing of its code."""

import pytest

from latent_explorer.errors import InputError, WorkError, explain, give_reason, report_unreadable, write_count


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ValueError("bad checksum\nin row 3"), ": bad checksum in row 3"),
        (KeyError("image_shape"), ": 'image_shape' is missing"),
        (ValueError(), ""),
        (TypeError("'NoneType' object is not subscriptable"), ""),
        (ValueError("invalid literal for int() with base 10: 'x'"), ""),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), ""),
        (OSError("Couldn't deserialize thrift: TProtocolException: Invalid data"), ""),
        (OSError(22, "Invalid argument"), ""),
        (IndexError("list index out of range"), ""),
    ],
)
def test_a_reason_is_given_where_it_can_be_read(error, reason):
    assert give_reason(error) == reason
    with pytest.raises(InputError) as caught, report_unreadable("a.npz"):
        raise error
    assert str(caught.value) == f"a.npz is damaged or cut short{reason}"


def test_an_error_that_nobody_wrote_for_the_user_is_named_by_its_kind():
    assert explain(WorkError("the disk is full")) == "the disk is full"
    assert explain(ZeroDivisionError("division\nby zero")) == "ZeroDivisionError: division by zero"


@pytest.mark.parametrize(("count", "said"), [(0, "0 rows"), (1, "1 row"), (2000, "2,000 rows")])
def test_a_count_is_said_of_one_or_of_several(count, said):
    assert write_count(count, "row") == said
