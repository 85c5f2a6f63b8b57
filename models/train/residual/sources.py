"""What a model is tuned by, called by what asks: `judged`, the questions of qrels/train.tsv; `predicted`, queries that `sparsedge
expand` wrote; `titles`, each taken out of all documents; `spans`, a few words taken out of a document.

Questions of about one document in eight are kept apart, and nothing is learned of those documents. What qrels/dev.tsv and
qrels/test.tsv ask is asked by no source, whatever train.tsv says.
"""

import json
import shutil
import zlib

import numpy as np

from pretraining.corpus import Writer, judgments_of, records_of, words_of, write_questions
from residual.learn import Questions, Spans, for_tuning
from residual.negatives import negatives_of

SOURCES = ("judged", "predicted", "titles", "spans")
LEAST = 16
"""Documents that a source has to have, to be drawn from."""


def read_sources(options, span, work):
    """The collection as work/corpus: `whole`, and for each source NAME, to learn from, and NAME_apart, to measure with."""
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
        write_source(writer, name, documents, [q for q in questions if q[1] not in refused])

    judged = judgments_of(options.collection, ("train",)) if "judged" in options.sources else {}
    judged = {query: {d: g for d, g in grades.items() if d in known} for query, grades in judged.items()}
    write("judged", "whole", [(q["_id"], q["text"], judged[q["_id"]]) for q in queries if judged.get(q["_id"])])
    if options.expansions is not None and "predicted" in options.sources:
        lines = [line for line in records_of(options.expansions, ("doc_id", "queries")) if line["doc_id"] in known]
        pairs = [(line["doc_id"], i, text) for line in lines for i, text in enumerate(line.get("queries", []))]
        write("predicted", "whole", [(f"{id}#{i}", text, {id: 1}) for id, i, text in pairs])
    if "titles" in options.sources:
        writer.write("untitled", writer.words_of({"_id": d["_id"], "text": d["text"]} for d in documents))
        titled = [d for d in documents if d.get("title") and d["text"]]
        write("titles", "untitled", [(d["_id"], d["title"], {d["_id"]: 1}) for d in titled])
    if "spans" in options.sources:
        cuts = [(id, *cut(id, words, span)) for id, words in writer.words_of(documents)]
        writer.write("spans_apart.documents", ((id, rest) for id, rest, _ in cuts))
        spans = [(id, span) for id, _, span in cuts if span]
        writer.write("spans_apart.queries", spans)
        (writer.folder / "spans_apart.qrels.json").write_text(json.dumps({id: {id: 1} for id, _ in spans}))
    writer.finish()


def write_source(writer, name, documents, questions):
    """Questions are (id, text, {document: grade}). One is apart if the best of its documents is."""

    def best(grades):
        return min(grades, key=lambda document: (-grades[document], document))

    for part, apart in ((name, False), (f"{name}_apart", True)):
        chosen = [question for question in questions if for_tuning(best(question[2])) == apart]
        shutil.copyfile(writer.folder / f"{documents}.npz", writer.folder / f"{part}.documents.npz")
        records = [{"_id": id, "text": text} for id, text, _ in chosen]
        write_questions(writer, part, records, {id: grades for id, _, grades in chosen})


def cut(id, words, span):
    """(a document's words without some in a row, and these), where it is long enough and kept apart; else (all, none)."""
    if not for_tuning(id) or len(words) < 3 * span[1]:
        return words, []
    chance = zlib.crc32(f"span {id}".encode())
    size = span[0] + chance % (span[1] - span[0] + 1)
    start = (chance >> 8) % (len(words) - size)
    return words[:start] + words[start + size :], words[start : start + size]


def open_sources(corpus, vocabulary, options, plan, work):
    """{name: what batches are drawn from}, of those that have enough."""
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
        raise SystemExit(f"{options.collection}: expected {LEAST} documents or more to learn from in one source at least")
    return sources
