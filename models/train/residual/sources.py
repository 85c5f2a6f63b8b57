"""What tune.py learns from. A source is called by what asks:

    judged      the questions of qrels/train.tsv
    predicted   queries that `sparsedge expand` wrote
    titles      the titles of documents, which are then taken out of all of them
    spans       a few words in a row, which are taken out of a document

About one document in eight is kept apart: nothing is learned of it, and its questions measure what was learned. No
source asks a question that qrels/dev.tsv or qrels/test.tsv asks, whatever train.tsv says.
"""

import json
import shutil
import zlib
from typing import NamedTuple

import numpy as np

from pretraining.corpus import Writer, judgments_of, records_of, words_of, write_questions
from residual.batches import Questions, Spans, for_tuning
from residual.negatives import negatives_of

SOURCES = ("judged", "predicted", "titles", "spans")
LEAST = 16
"""A source is drawn from if it has at least so many documents."""


class Question(NamedTuple):
    id: str
    text: str
    grades: dict
    """{document: grade} of those that are relevant."""


class WordsCut(NamedTuple):
    """A document's words in two: what is left of them, and those in a row that were taken out."""

    rest: list
    span: list


def read_sources(options, span, work):
    """Writes work/corpus: `whole`, and of each source NAME, to learn from, and NAME_apart, to measure with."""
    documents = list(records_of(options.collection / "corpus.jsonl"))
    known = {record["_id"] for record in documents}
    queries = options.collection / "queries.jsonl"
    queries = list(records_of(queries)) if queries.exists() else []
    asked = judgments_of(options.collection, ("dev", "test"))
    refused = {query["text"] for query in queries if query["_id"] in asked}
    writer = Writer(work / "corpus", words_of)
    writer.folder.mkdir(parents=True, exist_ok=True)
    writer.write("whole", writer.words_of(documents))

    def write(name, documents, questions):
        write_source(writer, name, documents, [q for q in questions if q.text not in refused])

    judged = judgments_of(options.collection, ("train",)) if "judged" in options.sources else {}
    judged = {query: {d: g for d, g in grades.items() if d in known} for query, grades in judged.items()}
    asking = [q for q in queries if judged.get(q["_id"])]
    write("judged", "whole", [Question(q["_id"], q["text"], judged[q["_id"]]) for q in asking])
    if options.expansions is not None and "predicted" in options.sources:
        lines = [line for line in records_of(options.expansions, ("doc_id", "queries")) if line["doc_id"] in known]
        pairs = [(line["doc_id"], i, text) for line in lines for i, text in enumerate(line.get("queries", []))]
        write("predicted", "whole", [Question(f"{id}#{i}", text, {id: 1}) for id, i, text in pairs])
    if "titles" in options.sources:
        writer.write("untitled", writer.words_of({"_id": d["_id"], "text": d["text"]} for d in documents))
        titled = [d for d in documents if d.get("title") and d["text"]]
        write("titles", "untitled", [Question(d["_id"], d["title"], {d["_id"]: 1}) for d in titled])
    if "spans" in options.sources:
        cuts = [(id, cut(id, words, span)) for id, words in writer.words_of(documents)]
        writer.write("spans_apart.documents", ((id, cut.rest) for id, cut in cuts))
        spans = [(id, cut.span) for id, cut in cuts if cut.span]
        writer.write("spans_apart.queries", spans)
        (writer.folder / "spans_apart.qrels.json").write_text(json.dumps({id: {id: 1} for id, _ in spans}))
    writer.finish()


def write_source(writer, name, documents, questions):
    """Writes a source in its two parts. A question is apart if the best of its documents is."""

    def best(grades):
        return min(grades, key=lambda document: (-grades[document], document))

    for part, apart in ((name, False), (f"{name}_apart", True)):
        chosen = [question for question in questions if for_tuning(best(question.grades)) == apart]
        shutil.copyfile(writer.folder / f"{documents}.npz", writer.folder / f"{part}.documents.npz")
        records = [{"_id": question.id, "text": question.text} for question in chosen]
        write_questions(writer, part, records, {question.id: question.grades for question in chosen})


def cut(id, words, span):
    """Takes a span out of a document's words, if the document is long enough and kept apart; else the span is empty."""
    if not for_tuning(id) or len(words) < 3 * span[1]:
        return WordsCut(words, [])
    chance = zlib.crc32(f"span {id}".encode())
    size = span[0] + chance % (span[1] - span[0] + 1)
    start = (chance >> 8) % (len(words) - size)
    return WordsCut(words[:start] + words[start + size :], words[start : start + size])


def open_sources(corpus, vocabulary, options, plan, work):
    """{name: what batches are drawn from}, of the sources that have enough documents."""
    sources = {}
    for name in (name for name in SOURCES[:3] if (corpus.folder / f"{name}.qrels.json").exists()):
        collection = corpus.collection(name)
        if len({document for judged in collection.relevant for document in judged}) < LEAST:
            continue
        np.save(work / f"negatives.{name}.npy", negatives_of(collection, corpus.functional, plan))
        sources[name] = Questions(corpus, vocabulary, name, work, plan)
    if "spans" in options.sources:
        sources["spans"] = Spans(corpus, vocabulary, "whole", plan, lambda id: not for_tuning(id))
    sources = {name: source for name, source in sources.items() if len(source.known) >= LEAST}
    if not sources:
        raise SystemExit(f"{options.collection}: expected at least {LEAST} documents to learn from in some source")
    return sources
