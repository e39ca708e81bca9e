#!/usr/bin/env python3
"""Draws icon.png, the packages' icon: a packet comes to a node's port, and the node picks one of three endpoints.

Needs nothing but Python. Run it after a change: assets/make-icon.py
"""
import math
import pathlib
import struct
import zlib

SIZE = 128
SAMPLES = 4  # a side of the grid that each pixel is sampled on

TOP, BOTTOM = (37, 60, 110), (22, 34, 66)
WIRE = (120, 146, 200)
NODE = (235, 241, 255)
CHOSEN = (255, 178, 62)

CENTER = (60.0, 64.0)
ENDPOINTS = [(103.0, 28.0), (103.0, 64.0), (103.0, 100.0)]
PICKED = 0


def to_segment(p, a, b):
    """The distance of a point to a line from a to b."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    t = max(0.0, min(1.0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / (dx * dx + dy * dy)))
    return math.hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy)


def to_hexagon(p, c, r):
    """How far a point is outside of a hexagon with a corner on top; negative inside."""
    x, y = abs(p[0] - c[0]), abs(p[1] - c[1])
    return max(x, x / 2 + y * math.sqrt(3) / 2) - r


def to_rounded_square(p, r):
    """How far a point is outside of the whole picture's rounded square."""
    x, y = abs(p[0] - SIZE / 2) - SIZE / 2 + r, abs(p[1] - SIZE / 2) - SIZE / 2 + r
    return math.hypot(max(x, 0), max(y, 0)) + min(max(x, y), 0) - r


def color_at(p):
    """The color of a point, or None outside of the picture."""
    if to_rounded_square(p, 24) > 0:
        return None
    for i, end in enumerate(ENDPOINTS):
        if math.hypot(p[0] - end[0], p[1] - end[1]) < 10:
            return CHOSEN if i == PICKED else WIRE
    if to_hexagon(p, CENTER, 24) < 0:
        inner = to_hexagon(p, CENTER, 17)
        if -3.2 < inner < 0 or math.hypot(p[0] - CENTER[0], p[1] - CENTER[1]) < 6:
            return BOTTOM
        return NODE
    way = min(to_segment(p, (14, 64), CENTER), to_segment(p, CENTER, ENDPOINTS[PICKED]))
    if way < 3.2:
        return CHOSEN
    if min(to_segment(p, CENTER, end) for end in ENDPOINTS) < 2.4:
        return WIRE
    t = p[1] / SIZE
    return tuple(a + (b - a) * t for a, b in zip(TOP, BOTTOM))


def pixel(x, y):
    """The pixel's color and opacity: the mean of its samples."""
    steps = [(i + 0.5) / SAMPLES for i in range(SAMPLES)]
    inside = [c for c in (color_at((x + dx, y + dy)) for dx in steps for dy in steps) if c]
    if not inside:
        return bytes(4)
    return bytes([*(round(sum(c[i] for c in inside) / len(inside)) for i in range(3)), round(255 * len(inside) / SAMPLES**2)])


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


rows = b"".join(b"\0" + b"".join(pixel(x, y) for x in range(SIZE)) for y in range(SIZE))
header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)
png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
(pathlib.Path(__file__).parent / "icon.png").write_bytes(png)
