"""Step 1, `corpus`: turns texts into arrays of words.

The words are those of `sparsedge words`, so that a model is trained on exactly what indexes and queries are made of.
Each word has an open id, its place in the list of all words that were seen. A functional word ("_the") has an id, too:
networks read it, and it is no term.
"""

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[3]


@dataclass
class Texts:
    """Texts one after another: text i is ids[start[i]:start[i + 1]], open ids."""

    names: list
    ids: np.ndarray
    start: np.ndarray

    def __len__(self):
        return len(self.names)

    def __getitem__(self, i):
        return self.ids[self.start[i] : self.start[i + 1]]


@dataclass
class Collection:
    """Documents, queries, and the relevant documents of each query: {document: grade}, both by number."""

    name: str
    documents: Texts
    queries: Texts
    relevant: list


class Corpus:
    """The texts and collections of a work folder. `words` has the word of each open id."""

    def __init__(self, work):
        self.folder = Path(work) / "corpus"
        self.words = (self.folder / "words.txt").read_text(encoding="utf-8").split("\n")
        self.functional = np.array([word.startswith("_") for word in self.words])

    def texts(self, name):
        held = np.load(self.folder / f"{name}.npz", allow_pickle=False)
        return Texts(held["names"].tolist(), held["ids"], held["start"])

    def collection(self, name):
        documents, queries = self.texts(f"{name}.documents"), self.texts(f"{name}.queries")
        number = {id: i for i, id in enumerate(documents.names)}
        judged = json.loads((self.folder / f"{name}.qrels.json").read_text())
        relevant = [{number[d]: g for d, g in judged.get(q, {}).items() if d in number} for q in queries.names]
        return Collection(name, documents, queries, relevant)


class Writer:
    """Keeps texts in a folder. `words_of` is a function that makes (id, words) of records."""

    def __init__(self, folder, words_of):
        self.folder = folder
        self.words_of = words_of
        self.id_of = {}

    def write(self, name, texts):
        """Keeps texts, which are (name, words) pairs."""
        names, ids, start = [], [], [0]
        for text, words in texts:
            names.append(text)
            ids.extend(self.id_of.setdefault(word, len(self.id_of)) for word in words)
            start.append(len(ids))
        np.savez(
            self.folder / f"{name}.npz",
            names=np.array(names, dtype=np.str_),
            ids=np.array(ids, dtype=np.int32),
            start=np.array(start, dtype=np.int64),
        )
        print(f"{name}: {len(names)} texts, {len(ids)} words", flush=True)

    def finish(self):
        (self.folder / "words.txt").write_text("\n".join(self.id_of), encoding="utf-8")


def words_of(records):
    """Yields (id, words) of {_id, title, text} records, by the command line's analyzer."""
    with tempfile.TemporaryDirectory() as folder:
        path, found = Path(folder) / "texts.jsonl", Path(folder) / "words.jsonl"
        with open(path, "w", encoding="utf-8") as lines:
            lines.writelines(json.dumps(record) + "\n" for record in records)
        # The command line needs a newer Node than a machine may have; the project's dependencies bring one.
        own = ROOT / "node_modules/.bin/node"
        node = str(own) if own.exists() else "node"
        subprocess.run([node, str(ROOT / "build/cli.ts"), "words", str(path), "-o", str(found)], check=True)
        with open(found, encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                yield record["_id"], record["words"].split()


def records_of(path, keys=("_id", "title", "text")):
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else open(path, encoding="utf-8")
    with opened as lines:
        for line in lines:
            record = json.loads(line)
            yield {key: record[key] for key in keys if key in record}


def judgments_of(folder, splits=("train", "dev", "test")):
    """{query: {document: grade}} of some splits of a BEIR folder; grades of 0 are left out."""
    judged = {}
    for split in splits:
        path = folder / "qrels" / f"{split}.tsv"
        for line in path.read_text().splitlines()[1:] if path.exists() else []:
            query, document, grade = line.split("\t")
            if int(grade) > 0:
                judged.setdefault(query, {})[document] = int(grade)
    return judged


def read_collection(folder, writer, name, keep=lambda document: True, splits=("train", "dev", "test")):
    """Keeps a BEIR folder with the judgments of some splits, without the documents that `keep` refuses."""
    documents = [record for record in records_of(folder / "corpus.jsonl") if keep(record)]
    kept = {record["_id"] for record in documents}
    judged = {}
    for query, grades in judgments_of(folder, splits).items():
        grades = {document: grade for document, grade in grades.items() if document in kept}
        if grades:
            judged[query] = grades
    queries = [record for record in records_of(folder / "queries.jsonl") if record["_id"] in judged]
    writer.write(f"{name}.documents", writer.words_of(documents))
    write_questions(writer, name, queries, judged)


def write_questions(writer, name, queries, judged):
    """Keeps queries, and what is relevant for them: {query: {document: grade}}."""
    writer.write(f"{name}.queries", writer.words_of(queries))
    (writer.folder / f"{name}.qrels.json").write_text(json.dumps(judged))


def read_headings(path, writer, name):
    """Keeps heading → section pairs as a collection: the title and heading ask, and the section answers."""
    documents, queries, judged = [], [], {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for i, line in enumerate(lines):
            pair = json.loads(line)
            documents.append({"_id": str(i), "text": pair["text"]})
            queries.append({"_id": str(i), "text": f"{pair['title']} {pair['heading']}"})
            judged[str(i)] = {str(i): 1}
    writer.write(f"{name}.documents", writer.words_of(documents))
    write_questions(writer, name, queries, judged)


def apart(document, share):
    """Whether a document is kept apart from training: its article decides, where its title names one."""
    title = document.get("title", "")
    article = document["_id"] if title.startswith(("Filtered", "Amazon")) or title == "" else title
    return zlib.crc32(article.encode()) % 1000 < share * 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder of collections/, pairs/ and passages/")
    parser.add_argument("--work", type=Path, required=True)
    options = parser.parse_args()
    config = json.loads(options.config.read_text())["corpus"]
    folder = options.work / "corpus"
    folder.mkdir(parents=True, exist_ok=True)
    writer = Writer(folder, words_of)
    for name in config["train"]:
        path = options.data / "collections" / name
        if name in config["apart"]:
            share = config["apart"][name]
            read_collection(path, writer, name, lambda document: not apart(document, share))
            read_collection(path, writer, f"{name}_apart", lambda document: apart(document, share))
        else:
            read_collection(path, writer, name)
    for name, path in config["headings"].items():
        read_headings(options.data / path, writer, name)
    for name in config["evaluate"]:
        path = ROOT / name if "/" in name else options.data / "collections" / name
        read_collection(path, writer, Path(name).name, splits=("dev", "test"))
    for name, every in config["passages"].items():
        path = options.data / "passages" / f"{name}.jsonl.gz"
        writer.write(name, writer.words_of(r for i, r in enumerate(records_of(path)) if i % every == 0))
    writer.finish()


if __name__ == "__main__":
    sys.exit(main())
