"""Mutations of ONNX graphs, of parquet files and of torch's pickles, by the libraries that write them."""

import io
import json
import pickle
from typing import Any

import numpy as np

from tests.stress.mutated import containers
from tests.stress.mutated.plain import INTEGERS, NUMBERS, TEXTS, Mutator, mutate_bytes, mutate_tree

SIDES = (0, 1, 2, 3, 16, 64, -1, -2, 1000, 2**31, 2**40, 2**62)


def mutate_onnx(draw: Mutator, data: bytes) -> bytes:
    """Return a graph with other operators, shapes, weights and attributes, or one that reaches outside itself."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    model = onnx.load_model_from_string(data)
    graph = model.graph
    for _ in range(draw.choice((1, 1, 2, 3))):
        node, weight = (
            draw.choice(list(graph.node) or [onnx.NodeProto()]),
            draw.choice(list(graph.initializer) or [TensorProto()]),
        )
        way = draw.choice(
            (
                "op",
                "op",
                "domain",
                "attribute",
                "input",
                "output",
                "dims",
                "raw",
                "type",
                "values",
                "external",
                "drop",
                "twice",
                "entry",
                "entry",
                "opset",
                "ir",
                "nest",
                "function",
                "name",
                "loop",
                "library",
            )
        )
        draw.note(f"onnx: {way} of {node.op_type}, {weight.name}")
        match way:
            case "op":
                node.op_type = draw.choice(
                    (
                        "Relu",
                        "Conv",
                        "Gemm",
                        "Resize",
                        "Tile",
                        "Expand",
                        "ConstantOfShape",
                        "Range",
                        "OneHot",
                        "NonZero",
                        "If",
                        "Gather",
                        "ScatterND",
                        "Pad",
                        "Upsample",
                        "RandomNormal",
                        "Einsum",
                        "StringNormalizer",
                        "Cast",
                        "Concat",
                        "Split",
                        "Softmax",
                        "Nothing",
                        "",
                    )
                )
            case "domain":
                node.domain = draw.choice(
                    ("com.microsoft", "ai.onnx.ml", "com.example", "ai.onnx.training", "\0", "com.microsoft.nchwc")
                )
            case "attribute":
                attribute = draw.choice(
                    (
                        helper.make_attribute("axis", draw.choice(INTEGERS) % 2**63),
                        helper.make_attribute("pads", [draw.choice(SIDES) for _ in range(8)]),
                        helper.make_attribute("kernel_shape", [draw.choice(SIDES), draw.choice(SIDES)]),
                        helper.make_attribute("transA", 1),
                        helper.make_attribute("to", draw.randrange(30)),
                        helper.make_attribute("equation", "ij,jk,kl,lm->mi"),
                        helper.make_attribute("alpha", float("nan")),
                        helper.make_attribute("group", draw.choice(SIDES)),
                    )
                )
                node.attribute.append(attribute)
            case "input" if node.input:
                node.input[draw.randrange(len(node.input))] = draw.choice(
                    ("", "nothing", *[one.name for one in graph.initializer], *node.output)
                )
            case "output" if node.output:
                node.output[0] = draw.choice(("", "x", "z", *[name for one in graph.node for name in one.output]))
            case "dims":
                weight.dims[:] = [draw.choice(SIDES) for _ in range(draw.choice((0, 1, 2, 5)))]
            case "raw":
                weight.raw_data = mutate_bytes(draw, weight.raw_data)
            case "type":
                weight.data_type = draw.randrange(30)
            case "values":
                value = numpy_helper.to_array(weight).copy()
                with np.errstate(all="ignore"):
                    if value.dtype.kind == "f":
                        value.reshape(-1)[:] = draw.choice([one for one in NUMBERS if isinstance(one, float)])
                    elif value.size:
                        value.reshape(-1)[draw.randrange(value.size)] = draw.choice(SIDES)
                weight.CopyFrom(numpy_helper.from_array(value, weight.name))
            case "external":
                weight.data_location = TensorProto.EXTERNAL
                entry = weight.external_data.add()
                entry.key, entry.value = (
                    "location",
                    draw.choice(("../secret", "/etc/passwd", "*/_ORT_MEM_ADDR_/*", "weights.bin", "")),
                )
            case "drop" if graph.node:
                graph.node.remove(node)
            case "twice":
                graph.node.append(node)
            case "entry":
                value = draw.choice([*graph.input, *graph.output] or [onnx.ValueInfoProto()])
                side = value.type.tensor_type.shape.dim
                match draw.choice(("side", "rank", "type", "sequence", "name", "more", "none")):
                    case "side" if side:
                        draw.choice(list(side)).dim_value = draw.choice((0, 1, 2, 5, 2**31, -1))
                    case "rank":
                        side.add().dim_param = "n"
                    case "type":
                        value.type.tensor_type.elem_type = draw.randrange(24)
                    case "sequence":
                        value.type.sequence_type.elem_type.tensor_type.elem_type = 1
                    case "name":
                        value.name = draw.choice(("", "x", "\0", "é" * 200))
                    case "more":
                        (graph.input if draw.often(0.5) else graph.output).append(value)
                    case "none":
                        del graph.input[:], graph.output[:]
            case "opset" if model.opset_import:
                model.opset_import[0].version = draw.choice((0, 1, 6, 12, 21, 25, 99, 2**40))
            case "ir":
                model.ir_version = draw.choice((0, 1, 3, 10, 99, 2**40))
            case "nest":
                inner = graph
                for _ in range(draw.choice((1, 5, 40))):
                    outer = helper.make_graph(
                        [
                            helper.make_node(
                                "If",
                                ["yes"],
                                ["y"],
                                then_branch=inner,
                                else_branch=inner if inner is graph else helper.make_graph([], "e", [], []),
                            )
                        ],
                        "g",
                        [],
                        [],
                    )
                    inner = outer
                graph.node.append(inner.node[0])
            case "function":
                body = (
                    [helper.make_node("F", ["x"], ["y"], domain="own")]
                    if draw.often(0.5)
                    else [helper.make_node("Identity", ["x"], ["y"])]
                )
                model.functions.append(
                    helper.make_function("own", "F", ["x"], ["y"], body, [helper.make_opsetid("own", 1)])
                )
                node.op_type, node.domain = "F", "own"
            case "name":
                node.name = draw.choice(TEXTS).encode("utf-8", "replace").decode()
            case "loop":
                node.op_type = draw.choice(("Loop", "Scan", "SequenceMap"))
            case "library":
                node.op_type, node.domain = "ReadFile", "ai.onnx.contrib"
    return model.SerializeToString()


def mutate_parquet(draw: Mutator, data: bytes) -> bytes:
    """Return a sound file of other columns: of other types, values, names, metadata and groups."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(io.BytesIO(data))
    name = draw.choice(table.column_names)
    way = draw.choice(
        (
            "type",
            "type",
            "null",
            "values",
            "drop",
            "rename",
            "twice",
            "nested",
            "metadata",
            "groups",
            "rows",
            "dictionary",
            "wide",
            "bomb",
        )
    )
    draw.note(f"parquet: {way} of {name}")
    rows, at = len(table), table.column_names.index(name)
    match way:
        case "type":
            kinds = (
                pa.int8(),
                pa.uint64(),
                pa.float16(),
                pa.float64(),
                pa.bool_(),
                pa.string(),
                pa.large_string(),
                pa.binary(),
                pa.date32(),
                pa.timestamp("ns"),
                pa.decimal128(38, 3),
                pa.null(),
                pa.list_(pa.int8()),
                pa.time64("us"),
            )
            kind = draw.choice(kinds)
            made = {
                pa.null(): [None] * rows,
                pa.string(): ["x"] * rows,
                pa.bool_(): [True, None] * rows,
                pa.binary(): [b"x"] * rows,
                pa.large_string(): ["y" * 300] * rows,
            }.get(kind, [None] * rows)
            table = table.set_column(at, name, pa.array(made[:rows], kind))
        case "null":
            table = table.set_column(at, name, pa.nulls(rows, table.column(name).type))
        case "values":
            column = table.column(name)
            number = draw.choice([one for one in NUMBERS if isinstance(one, float)])
            if pa.types.is_floating(column.type):
                table = table.set_column(at, name, pa.array([number] * rows, column.type))
            elif pa.types.is_string(column.type):
                texts = [draw.choice(TEXTS).encode("utf-8", "replace").decode() for _ in range(rows)]
                table = table.set_column(at, name, pa.array(texts))
            elif pa.types.is_integer(column.type):
                table = table.set_column(
                    at, name, pa.array([draw.choice((-(2**31), -1, 0, 5, 2**31 - 1)) for _ in range(rows)], pa.int64())
                )
            elif pa.types.is_struct(column.type):
                parts = [
                    {"bytes": mutate_bytes(draw, (one.as_py() or {}).get("bytes") or b""), "path": "/etc/passwd"}
                    for one in column
                ]
                table = table.set_column(at, name, pa.array(parts, column.type))
        case "drop":
            table = table.drop_columns([name])
        case "rename":
            names = [
                draw.choice(("image", "label", "class", "", "x" * 300, "é\n", name)) if one == name else one
                for one in table.column_names
            ]
            table = table.rename_columns(names)
        case "twice":
            table = table.append_column(name, table.column(name))
        case "nested":
            table = table.set_column(at, name, pa.array([[[1]], None] * rows)[:rows])
        case "metadata":
            hint = {
                "info": {
                    "features": {
                        name: {
                            "_type": draw.choice(("ClassLabel", "Image", "x")),
                            "names": draw.choice((["a"], ["a"] * 500, "abc", None, [1, None, {}], {})),
                        }
                    }
                }
            }
            table = table.replace_schema_metadata(
                {"huggingface": json.dumps(draw.choice((hint, mutate_tree(draw, hint))))}
            )
        case "rows":
            table = table.slice(0, draw.choice((0, 1, 5, 16)))
        case "dictionary":
            table = table.set_column(at, name, pa.array((["a", "b", None] * rows)[:rows]).dictionary_encode())
        case "wide":
            more = {f"c{k}": pa.array(range(rows)) for k in range(draw.choice((100, 3000, 5000)))}
            table = pa.table({**dict(zip(table.column_names, table.columns, strict=True)), **more})
        case "bomb":  # a value repeated takes next to nothing
            table = pa.table({one: pa.nulls(3_000_000, table.column(one).type) for one in table.column_names})
    written = io.BytesIO()
    packing = draw.choice(("none", "snappy", "gzip", "zstd", "brotli"))
    pq.write_table(
        table, written, compression=packing, row_group_size=draw.choice((1, 7, 100_000)) if len(table) < 1000 else 10**6
    )
    return written.getvalue()


class _Code:
    """What a pickle of a stranger would do."""

    def __reduce__(self) -> Any:
        return exec, ("open('escaped.txt', 'w').write('x')",)


def mutate_pickle(draw: Mutator, data: bytes) -> bytes:
    """Return torch's archive or a plain pickle with code in it, or with other opcodes."""
    is_zip = data[:2] == b"PK"
    members = containers.read_zip(data) if is_zip else {"data.pkl": data}
    name = next(one for one in members if one.endswith("data.pkl"))
    way = draw.choice(("code", "bytes", "bytes", "old", "value", "storage"))
    draw.note(f"pickle: {way}")
    match way:
        case "code":
            members[name] = pickle.dumps({"model_state_dict": _Code(), b"data": _Code()}, draw.choice((0, 2, 4)))
        case "bytes":
            members[name] = mutate_bytes(draw, members[name])
        case "old":
            return pickle.dumps({"model_state_dict": {"a": 1}}, 2)
        case "value":
            value = draw.choice(
                (
                    None,
                    [],
                    {"model_state_dict": None},
                    {"model_state_dict": {"a": [1] * 9}},
                    {b"data": [], b"labels": "x"},
                    {b"data": np.zeros((2, 3072), np.uint8), b"labels": [0, "x"]},
                )
            )
            members[name] = pickle.dumps(value, 2)
        case "storage":
            other = draw.choice(sorted(members))
            members[other] = mutate_bytes(draw, members[other])
    return containers.write_zip(members, packed=False) if is_zip else members[name]
