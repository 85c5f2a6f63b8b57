"""Reads passages with the questions that people asked of them, in the form in which the model reads both."""

import gzip
import json
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
from pretraining.corpus import apart, records_of  # noqa: E402

# `--preset doc2query-small` puts this behind a document, too: build/stages/expand/predict/prompt.ts.
SEPARATOR = "\n---\n"


@dataclass
class Group:
    """A passage and its queries. Those of articles that are kept apart are for evaluation."""

    document: str
    queries: list
    apart: bool


def plain(text):
    """A text as the preset asks it: in lower case, which halves what a small vocabulary has to know."""
    return " ".join(text.lower().split())


def some_of(groups, most):
    """At most so many groups, evenly taken."""
    return groups if most is None else [groups[int(i * len(groups) / most)] for i in range(min(most, len(groups)))]


def read_groups(data, config, form=plain):
    """The groups in the order of the files; `form` is what becomes of each text, `most` how many a source gives."""
    groups, most = [], config.get("most", {})
    for name in config["collections"]:
        folder, share = data / "collections" / name, config["apart"].get(name, 0)
        texts = {record["_id"]: record["text"] for record in records_of(folder / "queries.jsonl")}
        asked = {}
        for path in sorted((folder / "qrels").glob("*.tsv")):
            for line in path.read_text().splitlines()[1:]:
                query, document, grade = line.split("\t")
                if int(grade) > 0 and query in texts:
                    asked.setdefault(document, []).append(form(texts[query]))
        held = []
        for record in records_of(folder / "corpus.jsonl"):
            if record["_id"] in asked:
                document = form(f"{record.get('title', '')} {record['text']}")
                held.append(Group(document, sorted(set(asked[record["_id"]])), apart(record, share)))
        groups += some_of(held, most.get(name))
    with gzip.open(data / config["headings"], "rt", encoding="utf-8") as lines:
        pairs = [json.loads(line) for line in lines]
    headings = [Group(form(p["text"]), [form(f"{p['title']} {p['heading']}")], False) for p in pairs]
    return groups + some_of(headings, most.get("headings"))
