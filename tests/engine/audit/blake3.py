"""BLAKE3 in plain Python, as its specification has it, so that the example in docs/audit.md runs without a package."""

from struct import unpack

IV = (0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19)
PERMUTATION = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
CHUNK_START, CHUNK_END, PARENT, ROOT = 1, 2, 4, 8
CHUNK, BLOCK = 1024, 64


def mix(state, a, b, c, d, x, y):
    def rotate(word, by):
        return (word >> by | word << (32 - by)) & 0xFFFFFFFF

    for word, by_d, by_b in ((x, 16, 12), (y, 8, 7)):
        state[a] = (state[a] + state[b] + word) & 0xFFFFFFFF
        state[d] = rotate(state[d] ^ state[a], by_d)
        state[c] = (state[c] + state[d]) & 0xFFFFFFFF
        state[b] = rotate(state[b] ^ state[c], by_b)


def compress(chaining, block, counter, flags):
    words = unpack("<16I", block.ljust(BLOCK, b"\0"))
    state = [*chaining, *IV[:4], counter & 0xFFFFFFFF, counter >> 32, len(block), flags]
    for _ in range(7):
        for index in range(4):
            mix(state, index, 4 + index, 8 + index, 12 + index, *words[2 * index : 2 * index + 2])
        for index in range(4):
            diagonal = (index, 4 + (index + 1) % 4, 8 + (index + 2) % 4, 12 + (index + 3) % 4)
            mix(state, *diagonal, *words[8 + 2 * index : 10 + 2 * index])
        words = tuple(words[index] for index in PERMUTATION)
    return tuple(state[index] ^ state[index + 8] for index in range(8))


def tree(data, counter=0, root=0):
    if len(data) <= CHUNK:
        chaining, blocks = IV, [data[at : at + BLOCK] for at in range(0, max(len(data), 1), BLOCK)]
        for index, block in enumerate(blocks):
            flags = CHUNK_START * (index == 0)
            if index + 1 == len(blocks):
                flags |= CHUNK_END | root
            chaining = compress(chaining, block, counter, flags)
        return chaining
    left = CHUNK
    while 2 * left < len(data):
        left *= 2
    halves = tree(data[:left], counter) + tree(data[left:], counter + left // CHUNK)
    block = b"".join(word.to_bytes(4, "little") for word in halves)
    return compress(IV, block, 0, PARENT | root)


class blake3:
    def __init__(self, data):
        self.data = data

    def hexdigest(self):
        return b"".join(word.to_bytes(4, "little") for word in tree(self.data, root=ROOT)).hex()
