"""Draws effectiveness against cost as an SVG: a mark a system, and a line through strengths of a regularizer."""

import math
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 820, 480, 60, 240, 30, 60
LINE = 14
AXES = {"reads": "reads a query", "postings": "postings a document"}
COLOURS = ("#1b6ca8", "#c8553d", "#2e8b57", "#8e5ea2", "#b8860b", "#444444")


def means(results, cost):
    """{system: (cost, nDCG@10)}, means over collections; systems that were not measured on all of them are left out."""
    every = max(len(system["collections"]) for system in results["systems"].values())
    points = {}
    for name, system in results["systems"].items():
        found = list(system["collections"].values())
        if found and len(found) == every:
            costs = [one["reads"]["mean"] if cost == "reads" else one["termsPerDocument"] for one in found]
            points[name] = (sum(costs) / every, sum(one["measures"]["nDCG@10"] for one in found) / every)
    return points


def draw(results, cost):
    """Draws against `reads` of a query or `postings` of a document; "system@strength" is on its system's line."""
    points = means(results, cost)
    if not points:
        raise SystemExit("no system was measured on all collections yet")
    xs, ys = ([point[i] for point in points.values()] for i in (0, 1))
    low, high = math.log10(min(xs) * 0.9), math.log10(max(xs) * 1.1)
    bottom, top = min(ys) - 0.02, max(ys) + 0.02

    def place(point):
        x = LEFT + (math.log10(point[0]) - low) / (high - low) * (WIDTH - LEFT - RIGHT)
        return x, TOP + (top - point[1]) / (top - bottom) * (HEIGHT - TOP - BOTTOM)

    lines = {}
    for name, point in points.items():
        lines.setdefault(name.split("@")[0], []).append((name, point))
    parts = axes(low, high, bottom, top, place, cost)
    labels = []
    for number, (family, members) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        members.sort(key=lambda member: member[1])
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(point) for _, point in members))
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        for name, point in members:
            x, y = place(point)
            said = escape(f"{name}: nDCG@10 {100 * point[1]:.1f}, {point[0]:.1f} {cost}")
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"><title>{said}</title></circle>')
            labels.append((y, x, name, colour))
    parts += column(sorted(labels))
    style = "font: 12px sans-serif"
    body = "\n".join([f"<title>nDCG@10 against {AXES[cost]}</title>", *parts])
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" style="{style}">\n{body}\n</svg>\n'


def column(labels):
    """Names from the best down, right of all marks and each tied to its own; beside their marks they would overlap."""
    left, at, parts = WIDTH - RIGHT + 40, TOP - LINE, []
    for number, (y, x, name, colour) in enumerate(labels):
        last = HEIGHT - BOTTOM - (len(labels) - 1 - number) * LINE
        at = max(at + LINE, min(y, last))
        parts.append(f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{left - 4}" y2="{at:.1f}" stroke="{colour}" opacity="0.3"/>')
        parts.append(f'<text x="{left}" y="{at + 4:.1f}" fill="{colour}">{escape(name)}</text>')
    return parts


def axes(low, high, bottom, top, place, cost):
    parts = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']
    end = WIDTH - RIGHT
    for hundredths in range(math.ceil(20 * bottom) * 5, math.floor(100 * top) + 1, 5):
        _, y = place((10**low, hundredths / 100))
        parts.append(f'<line x1="{LEFT}" x2="{end}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{hundredths}</text>')
    for cell in (leading * 10**power for power in range(5) for leading in (1, 1.5, 2, 3, 4, 5, 6, 8)):
        if 10**low <= cell <= 10**high:
            x, _ = place((cell, bottom))
            parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{cell:g}</text>')
    middle = (LEFT + end) / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 14}" text-anchor="middle">{AXES[cost]}, logarithmic</text>')
    parts.append(f'<text x="{LEFT}" y="{TOP - 12}">nDCG@10 in hundredths, mean over collections</text>')
    return parts
