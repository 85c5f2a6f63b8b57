"""Writes GGUF, version 3, as llama.cpp reads it: key-value pairs, the names and shapes of tensors, and their numbers.

https://github.com/ggml-org/ggml/blob/master/docs/gguf.md specifies the format.
"""

import struct

import numpy as np

VERSION, ALIGNMENT = 3, 32
U32, I32, F32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
# The numbers of ggml's tensor types, and of its file types, which say of what type most tensors of a file are.
TENSOR_TYPES = {"f32": 0, "f16": 1, "q8_0": 8}
FILE_TYPES = {"f32": 0, "f16": 1, "q8_0": 7}
BLOCK = 32


def string(text):
    data = text.encode("utf-8")
    return struct.pack("<Q", len(data)) + data


def value(of):
    """The type and bytes of a value. Integers are U32, but I32 in lists."""
    if isinstance(of, bool):
        return BOOL, struct.pack("<?", of)
    if isinstance(of, int):
        return U32, struct.pack("<I", of)
    if isinstance(of, float):
        return F32, struct.pack("<f", of)
    if isinstance(of, str):
        return STRING, string(of)
    if isinstance(of[0], str):
        kind, data = STRING, b"".join(map(string, of))
    else:
        kind, data = (F32, np.array(of, "<f4")) if isinstance(of[0], float) else (I32, np.array(of, "<i4"))
        data = data.tobytes()
    return ARRAY, struct.pack("<IQ", kind, len(of)) + data


def q8_0(rows):
    """Numbers in blocks of 32: a scale in 16 bits, and each number in 8."""
    blocks = rows.reshape(-1, BLOCK).astype(np.float32)
    scales = np.abs(blocks).max(1) / 127
    inverse = np.divide(1, scales, out=np.zeros_like(scales), where=scales > 0)
    packed = np.empty(len(blocks), dtype=[("scale", "<f2"), ("numbers", "i1", BLOCK)])
    packed["scale"] = scales
    packed["numbers"] = np.rint(blocks * inverse[:, None])
    return packed.tobytes()


def tensor_data(numbers, kind):
    return q8_0(numbers) if kind == "q8_0" else numbers.astype({"f32": "<f4", "f16": "<f2"}[kind]).tobytes()


def padding(length):
    return b"\0" * (-length % ALIGNMENT)


def write(path, metadata, tensors, kind):
    """Writes a file of `tensors`, {name: array}. Vectors stay in 32 bits, in which llama.cpp wants norms."""
    metadata = {**metadata, "general.file_type": FILE_TYPES[kind]}
    if kind == "q8_0":
        metadata["general.quantization_version"] = 2
    head = b"GGUF" + struct.pack("<IQQ", VERSION, len(tensors), len(metadata))
    for key, held in metadata.items():
        type_number, data = value(held)
        head += string(key) + struct.pack("<I", type_number) + data
    body = b""
    for name, numbers in tensors.items():
        own = kind if numbers.ndim == 2 else "f32"
        data = tensor_data(numbers, own)
        # GGUF has the dimension first whose numbers lie side by side.
        shape = struct.pack(f"<I{numbers.ndim}Q", numbers.ndim, *reversed(numbers.shape))
        head += string(name) + shape + struct.pack("<IQ", TENSOR_TYPES[own], len(body))
        body += data + padding(len(data))
    with open(path, "wb") as file:
        file.write(head + padding(len(head)) + body)
