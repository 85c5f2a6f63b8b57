"""Lays out collections as BEIR folders, some to learn from and some to measure with.

Builds, evaluations and the step `corpus` read the same folders. Articles that are kept apart are in no folder to learn
from.
"""

import gzip
import json

from pretraining.corpus import ROOT, apart, records_of

EXPANSIONS = "expansions.jsonl"


def lay_out(config, data, work, expansions):
    """Writes every folder that `config` names. If it has `documents`, no collection has more documents."""
    for name in config["train"]:
        write_collection(data / "collections" / name, folder_of(work, "train", name), keeper(config, name, False))
    for name, path in config["headings"].items():
        write_headings(data / path, folder_of(work, "train", name), config)
    for name in config["apart"]:
        keep = keeper(config, name, True)
        write_collection(data / "collections" / name, folder_of(work, "evaluate", f"{name}_apart"), keep)
    for name in config["evaluate"]:
        path = ROOT / name if "/" in name else data / "collections" / name
        keep = keeper(config, name, False)
        write_collection(path, folder_of(work, "evaluate", path.name), keep, splits=("dev", "test"))
    if expansions is not None:
        for folder in sorted((work / "collections").glob("*/*")):
            path = expansions / f"{folder.name.removesuffix('_apart')}.jsonl"
            if not path.exists():
                raise SystemExit(f"{path} is missing: `sparsedge expand {folder} -o {path}` makes it")
            write_expansions(path, folder)


def folder_of(work, use, name):
    return work / "collections" / use / name


def training_names(config):
    return [*config["train"], *config["headings"]]


def keeper(config, name, of_apart):
    """A function that says of one document after another whether it is kept; it keeps the first `documents` at most."""
    share, most, kept = config["apart"].get(name, 0), config.get("documents", float("inf")), 0

    def keep(document):
        nonlocal kept
        if kept >= most or apart(document, share) != of_apart:
            return False
        kept += 1
        return True

    return keep


def write_collection(source, folder, keep, splits=("train", "dev", "test")):
    documents = [record for record in records_of(source / "corpus.jsonl") if keep(record)]
    kept = {record["_id"] for record in documents}
    judged = []
    for path in (source / "qrels" / f"{split}.tsv" for split in splits):
        lines = path.read_text().splitlines()[1:] if path.exists() else []
        judged += [(q, d, int(g)) for q, d, g in (line.split("\t") for line in lines) if d in kept and int(g) > 0]
    asked = {query for query, _, _ in judged}
    queries = [record for record in records_of(source / "queries.jsonl") if record["_id"] in asked]
    write(folder, documents, queries, judged)


def write_headings(path, folder, config):
    """Writes heading → section pairs: the title and heading ask, and the section answers."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        pairs = [json.loads(line) for line in lines][: config.get("documents")]
    documents = [{"_id": str(i), "text": pair["text"]} for i, pair in enumerate(pairs)]
    queries = [{"_id": str(i), "text": f"{pair['title']} {pair['heading']}"} for i, pair in enumerate(pairs)]
    write(folder, documents, queries, [(str(i), str(i), 1) for i in range(len(pairs))])


def write(folder, documents, queries, judged):
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    for name, records in (("corpus", documents), ("queries", queries)):
        lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    rows = "".join(f"{query}\t{document}\t{grade}\n" for query, document, grade in judged)
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + rows)
    print(f"{folder.name}: {len(documents)} documents, {len(queries)} queries", flush=True)


def write_expansions(path, folder):
    """Writes the lines of a file of `sparsedge expand` that are about documents of a folder."""
    kept = {record["_id"] for record in records_of(folder / "corpus.jsonl")}
    with open(path, encoding="utf-8") as lines, open(folder / EXPANSIONS, "w", encoding="utf-8") as out:
        out.writelines(line for line in lines if json.loads(line)["doc_id"] in kept)
