"""Makes 200 texts, which encoders meet or break on. They are seeded, and so the same wherever they are made."""

import random

COUNT = 200

ODD = (
    "",
    " ",
    "\t\n\r \u00a0\u2003\u2028\u3000",
    "?",
    "!!!... --- ,,, ''' \"\"\" ()[]{}<>",
    "$ + < = > ^ ` | ~ are symbols, which BERT takes for punctuation; € × ÷ ≤ are not",
    "a",
    "The quick brown fox jumps over the lazy dog.",
    "THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG",
    "don't can't O'Neill's rock'n'roll it\u2019s \u201cquoted\u201d \u2014 dashed\u2013through",
    "state-of-the-art e-mail_address@example.com https://example.com/a?b=c&d=%20#e",
    "3.14159 1,000,000 -273.15°C 50% #1 v2.0.1-rc.3 0x1F 1e-9 ½ ² ₃",
    "café naïve Zürich São Tomé Ångström Đà Nẵng Łódź Øresund straße Æsir œuvre",
    "cafe\u0301 nai\u0308ve A\u030angstro\u0308m e\u0301\u0301\u0301",
    "İstanbul ISTANBUL ıstanbul Iğdır ΟΔΟΣ ὈΔΥΣΣΕΎΣ Σίσυφος ẞ ǅ",
    "中文维基百科是一个自由的百科全书。它有很多文章！",
    "東京は日本の首都です。カタカナとひらがな、ｶﾀｶﾅ、〇",
    "한국어 위키백과 대한민국 서울",
    "𠀀𠀁 beyond the first plane 𪜀",
    "Москва — столица России; Ёлка и йод",
    "مرحبا بالعالم القرآن ١٢٣",
    "שלום עולם שָׁלוֹם",
    "हिन्दी में विकिपीडिया क्षत्रिय",
    "สวัสดีชาวโลก ภาษาไทย",
    "😀 😂👍🏽 👩‍👩‍👧‍👦 🇫🇷 ❤️ text with 🚀emoji🚀inside",
    "☃ ★ ♥ ✓ → ∞ ∑ √ © ® ™ § ¶ • …",
    "zero\u200bwidth soft\u00adhyphen join\u200der bom\ufeffmark",
    "null\u0000byte bell\u0007 escape\u001b delete\u007f next\u0085line replacement\ufffdcharacter",
    "\ue000private\uf8ffuse",
    "[CLS] [SEP] [PAD] [UNK] [MASK] written in the text",
    "##ing ## un##able",
    "a" * 99 + " " + "a" * 100 + " " + "a" * 101,
    "pneumonoultramicroscopicsilicovolcanoconiosis antidisestablishmentarianism",
    "x" * 250,
    "ab " * 31 + "cd",
    "ab " * 62,
    "ab " * 63,
    "unbelievably " * 31,
    "fish fish fish Fish FISH fish. fish! (fish)",
    "word" + "." * 80 + "end",
    "of the and a to in is it that was for on are as with his they at",
    "ffi ligature ﬁne ﬂow ℌ ℵ Ⅷ ① ㎏ ｆｕｌｌｗｉｄｔｈ",
    "\U0001d400\U0001d401\U0001d402 mathematical letters",
    "tab\tnew\nline\rreturn\r\nboth\vvertical\fform",
)

WORDS = (
    "river boat water mountain history science protein cell energy market price economy government law court music"
    " film novel author language grammar computer network protocol memory kernel search engine index query document"
    " weather climate ocean temperature pressure gravity planet star galaxy telescope microscope bacteria virus"
    " vaccine immunity inflammation cardiovascular hypertension diabetes metabolism photosynthesis chlorophyll"
    " electromagnetism thermodynamics constitution parliament republic emperor dynasty medieval renaissance"
    " industrial revolution railway steam locomotive bicycle automobile aircraft satellite astronaut the of and in"
    " a with for from by at on is was were has not which whose during because although between"
).split()
RARE = (
    "Kubernetes zymurgy Ouagadougou Tchaikovsky qwertyuiop CRISPR-Cas9 mRNA HTTP/2 C++ naïveté Übermensch 北京 🙂"
).split()


def reference_texts(seed: int = 7) -> list[str]:
    """The odd texts, then sentences and passages of random words, some of them far beyond any model's length."""
    chance = random.Random(seed)
    texts = list(ODD)
    while len(texts) < COUNT - 3:
        length = chance.choice((2, 3, 4, 6, 8, 12, 20, 35, 60, 120))
        texts.append(" ".join(_word(chance) for _ in range(length)) + chance.choice((".", "?", "", "!")))
    texts.append(" ".join(chance.choices(WORDS, k=10_000)))
    texts.append("river " * 10_000)
    texts.append("界" * 10_000)
    return texts


def _word(chance: random.Random) -> str:
    word = chance.choice(RARE) if chance.random() < 0.08 else chance.choice(WORDS)
    if chance.random() < 0.1:
        word = word.capitalize()
    return word + (chance.choice(",;:)") if chance.random() < 0.1 else "")
