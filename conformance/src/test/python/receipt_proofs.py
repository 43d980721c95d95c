"""Receipts checked a second time, from their page in the reference and the texts it names, with
nothing but the standard library."""

import base64
import decimal
import functools
import hashlib
import json
import sys

# RFC 8032, Ed25519.
PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME
ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)


class Untrue(Exception):
    """What does not hold."""


def point_of(encoded):
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= PRIME:
        raise Untrue("no point")
    square = (y * y - 1) * pow(D * y * y + 1, PRIME - 2, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * ROOT_OF_MINUS_ONE % PRIME
    if (x * x - square) % PRIME or (x == 0 and sign):
        raise Untrue("no point")
    x = PRIME - x if x & 1 != sign else x
    return x, y, 1, x * y % PRIME


def add(one, other):
    a = (one[1] - one[0]) * (other[1] - other[0]) % PRIME
    b = (one[1] + one[0]) * (other[1] + other[0]) % PRIME
    c = 2 * one[3] * other[3] * D % PRIME
    d = 2 * one[2] * other[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def times(number, point):
    result = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = add(result, point)
        point = add(point, point)
        number >>= 1
    return result


def is_same(one, other):
    return all((one[i] * other[2] - other[i] * one[2]) % PRIME == 0 for i in (0, 1))


BASE = point_of((4 * pow(5, PRIME - 2, PRIME) % PRIME).to_bytes(32, "little"))


@functools.cache
def is_signed(key, text, signature):
    if len(signature) != 64:
        return False
    scalar = int.from_bytes(signature[32:], "little")
    if scalar >= ORDER:
        return False
    hashed = hashlib.sha512(signature[:32] + key + text).digest()
    challenge = int.from_bytes(hashed, "little") % ORDER
    right = add(point_of(signature[:32]), times(challenge, point_of(key)))
    return is_same(times(scalar, BASE), right)


# RFC 6962, section 2.1.
def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of(leaf, index, size, path):
    """The root that a path leads to, going down from the top as the section's definition does."""
    if size == 1:
        if path:
            raise Untrue("the path is too long")
        return leaf
    if not path:
        raise Untrue("the path is too short")
    half = 1 << ((size - 1).bit_length() - 1)
    if index < half:
        return node(root_of(leaf, index, half, path[:-1]), path[-1])
    return node(path[-1], root_of(leaf, index - half, size - half, path[:-1]))


def is_included(line):
    """Whether a line `index size leaf root node…`, all but the numbers hexadecimal, is a proof."""
    index, size, leaf, root, *path = line.split()
    index, size = int(index), int(size)
    try:
        led_to = root_of(bytes.fromhex(leaf), index, size, [bytes.fromhex(node) for node in path])
    except Untrue:
        return False
    return 0 <= index < size and led_to == bytes.fromhex(root)


def key_of(vkey):
    """Name, id and public key of C2SP's text form."""
    name, key_id, encoded = vkey.strip().split("+", 2)
    data = base64.b64decode(encoded, validate=True)
    if data[0] != 1 or hashlib.sha256(name.encode() + b"\n" + data).digest()[:4].hex() != key_id:
        raise Untrue("the key's id is not its own")
    return name, key_id, data[1:]


def leaf_of(receipt):
    said = {k: v for k, v in receipt.items() if k not in ("id", "proof", "block", "status")}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(b"\0" + text.encode()).digest()


def proven(proof, leaf, origin, key):
    """Index, size and root of a tlog-proof that holds."""
    head, _, note = proof.partition("\n\n")
    lines = head.split("\n")
    if lines[0] != "c2sp.org/tlog-proof@v1" or not lines[1].startswith("index "):
        raise Untrue("no tlog-proof")
    index = int(lines[1][len("index ") :])
    path = [base64.b64decode(line, validate=True) for line in lines[2:]]
    text, _, signatures = note.partition("\n\n")
    text += "\n"
    said, size, root = text.rstrip("\n").split("\n")
    if said != origin:
        raise Untrue("the tree is another one")
    name, key_id, public = key
    signed = False
    for line in signatures.rstrip("\n").split("\n"):
        dash, signer, encoded = line.split(" ")
        data = base64.b64decode(encoded, validate=True)
        if (dash, signer, data[:4].hex()) == ("\u2014", name, key_id):
            signed = is_signed(public, text.encode(), data[4:])
    if not signed:
        raise Untrue("not signed")
    size = int(size)
    if not 0 <= index < size or root_of(leaf, index, size, path) != base64.b64decode(root):
        raise Untrue("not in the tree")
    return index, size, root


def check(receipt, vkey):
    """What the proof of a receipt leads to, and that of its block where it names one."""
    key = key_of(vkey)
    if receipt["keyId"] != key[1]:
        raise Untrue("another key")
    leaf = leaf_of(receipt)
    if receipt["id"] != f"{receipt['number']}-{leaf[:16].hex()}":
        raise Untrue("the id is another one's")
    top = "catchwater/receipts/" + receipt["dataset"]
    index = int(receipt["proof"].split("\n", 2)[1].removeprefix("index "))
    group = proven(receipt["proof"], leaf, f"{top}/group/{receipt['number'] - index}", key)
    block = receipt.get("block")
    if not block:
        return group, None
    return group, proven(block["proof"], leaf, f"{top}/block/{block['hash']}", key)


# Proven answers: RFC 8785 over what they say, did:key, Ed25519 over the three hashes.
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def number_of(value):
    """A float as ECMAScript writes it."""
    if value == 0:
        return "0"
    sign, digits, exponent = decimal.Decimal(repr(value)).normalize().as_tuple()
    digits = "".join(map(str, digits))
    point = len(digits) + exponent
    if len(digits) <= point <= 21:
        text = digits + "0" * (point - len(digits))
    elif 0 < point <= 21:
        text = digits[:point] + "." + digits[point:]
    elif -6 < point <= 0:
        text = "0." + "0" * -point + digits
    else:
        text = digits[0] + ("." + digits[1:] if len(digits) > 1 else "") + f"e{point - 1:+}"
    return "-" * sign + text


def canonical(value):
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(name)}:{canonical(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, float):
        return number_of(value)
    return json.dumps(value, ensure_ascii=False)


def multihash_of(value):
    return "f1620" + hashlib.sha3_256(canonical(value).encode()).hexdigest()


def did_key(vkey):
    number = int.from_bytes(b"\xed\x01" + key_of(vkey)[2], "big")
    text = ""
    while number:
        number, digit = divmod(number, 58)
        text = BASE58[digit] + text
    return "did:key:z" + text


def check_answer(answer, vkey):
    """Raises for an answer of /query that the key did not sign as it stands."""
    commitment, proof = answer["commitment"], answer["proof"]
    for name in ("input", "output", "subQueries"):
        if commitment[name + "Hash"] != multihash_of(answer[name]):
            raise Untrue(f"the hash of {name} is another one")
    if proof["type"] != "Ed25519Signature2020" or proof["verificationMethod"] != did_key(vkey):
        raise Untrue("another key")
    if not proof["proofValue"].startswith("u"):
        raise Untrue("no base64url")
    signature = base64.urlsafe_b64decode(proof["proofValue"][1:] + "==")
    if not is_signed(key_of(vkey)[2], canonical(commitment).encode(), signature):
        raise Untrue("not signed")


if __name__ == "__main__":
    # What another implementation made, line by line; its tests compare what is said of each.
    for given in sys.stdin:
        print("holds" if is_included(given) else "does not hold")
