"""Effectiveness against cost, as an SVG: one mark for each system, a line through the strengths of one regularizer."""

import math
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 460, 70, 190, 30, 60
COLOURS = ("#1b6ca8", "#c8553d", "#2e8b57", "#8e5ea2", "#b8860b", "#444444")


def means(results, cost):
    """{system: (cost, nDCG@10)}, each the mean over collections; systems that were not measured on all are left out."""
    every = max(len(system["collections"]) for system in results["systems"].values())
    points = {}
    for name, system in results["systems"].items():
        found = list(system["collections"].values())
        if found and len(found) == every:
            costs = [one["reads"]["mean"] if cost == "reads" else one["termsPerDocument"] for one in found]
            points[name] = (sum(costs) / every, sum(one["measures"]["nDCG@10"] for one in found) / every)
    return points


def draw(results, cost):
    """cost: `reads` of a query, or `postings` of a document. "system@strength" belongs to the line of its system."""
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
    for number, (family, members) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        members.sort(key=lambda member: member[1])
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(point) for _, point in members))
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        for name, point in members:
            x, y = place(point)
            said = escape(f"{name}: nDCG@10 {point[1]:.4f}, {point[0]:.1f} {cost}")
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"><title>{said}</title></circle>')
        x, y = place(members[-1][1])
        parts.append(f'<text x="{x + 8:.1f}" y="{y + 4:.1f}" fill="{colour}">{escape(family)}</text>')
    style = "font: 12px sans-serif"
    body = "\n".join(parts)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" style="{style}">\n{body}\n</svg>\n'


def axes(low, high, bottom, top, place, cost):
    parts = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']
    end = WIDTH - RIGHT
    for step in range(6):
        value = bottom + (top - bottom) * step / 5
        _, y = place((10**low, value))
        parts.append(f'<line x1="{LEFT}" x2="{end}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:.3f}</text>')
        cell = 10 ** (low + (high - low) * step / 5)
        x, _ = place((cell, bottom))
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{cell:.3g}</text>')
    axis = "reads a query" if cost == "reads" else "postings a document"
    middle = (LEFT + end) / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 14}" text-anchor="middle">{axis}, logarithmic</text>')
    parts.append(f'<text x="{LEFT}" y="{TOP - 12}">nDCG@10, mean over collections</text>')
    return parts
