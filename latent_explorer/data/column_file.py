"""Columns of rows in .parquet files, and in the .arrow files of Hugging Face's `save_to_disk`. Needs pyarrow."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from latent_explorer.data.memory_limit import get_limit
from latent_explorer.errors import InputError

PARQUET, ARROW = ".parquet", ".arrow"
ROWS_PER_BATCH = 64


class Columns(Protocol):
    """An open file."""

    @property
    def schema(self) -> Any: ...

    @property
    def rows(self) -> int: ...

    @property
    def largest_part(self) -> int:
        """The bytes of the part that is read at once."""

    def iterate(self, name: str) -> Iterator[Any]:
        """Yield a column in blocks of few rows."""

    def read(self, names: Sequence[str]) -> Any:
        """Return columns as a table."""


@contextmanager
def open_columns(path: Path, texts: Sequence[str] = ()) -> Iterator[Columns]:
    """Open a file inside the `with` block; of the columns `texts` each different text is read once."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if path.suffix.lower() == ARROW:
        with pa.memory_map(str(path)) as source:
            yield _Arrow.open(source, frozenset(texts))
        return
    with pq.ParquetFile(path, read_dictionary=list(texts) or None) as file:
        yield _Parquet(file)


class _Parquet:
    def __init__(self, file: Any) -> None:
        self._file, self.schema, self.rows = file, file.schema_arrow, file.metadata.num_rows
        groups = map(file.metadata.row_group, range(file.metadata.num_row_groups))
        self.largest_part = max((one.total_byte_size for one in groups), default=0)

    def iterate(self, name: str) -> Iterator[Any]:
        for batch in self._file.iter_batches(ROWS_PER_BATCH, columns=[name]):
            yield batch.column(0)

    def read(self, names: Sequence[str]) -> Any:
        return self._file.read(columns=list(names))


@dataclass(frozen=True)
class _Arrow:
    """Batches that lie in the file as they are in memory, and are read where they are used."""

    schema: Any
    batches: tuple[Any, ...]
    texts: frozenset[str]
    largest_part: int = 0

    @classmethod
    def open(cls, source: Any, texts: frozenset[str]) -> "_Arrow":
        import pyarrow as pa

        reader, batches, size = pa.ipc.open_stream(source), list[Any](), 0
        for batch in reader:
            batch.validate(full=True)  # offsets that lead elsewhere would be followed
            batches.append(batch)
            size += batch.nbytes
            if size > max(get_limit(), source.size()):  # packed ones would be unpacked in memory
                raise InputError(f"packed batches of more than {size / 2**30:,.1f} GiB arrived; plain ones are allowed")
        return cls(reader.schema, tuple(batches), texts)

    @property
    def rows(self) -> int:
        return sum(batch.num_rows for batch in self.batches)

    def iterate(self, name: str) -> Iterator[Any]:
        for batch in self.batches:
            yield batch.column(batch.schema.get_field_index(name))

    def read(self, names: Sequence[str]) -> Any:
        import pyarrow as pa

        table = pa.Table.from_batches(self.batches, self.schema).select(list(names))
        for k, name in enumerate(names):
            if name in self.texts and not pa.types.is_dictionary(table.column(k).type):
                table = table.set_column(k, name, table.column(k).dictionary_encode())
        return table
