// Topics of the tracks of TREC, CLEF and NTCIR. They look like SGML and often are not: closing tags are optional, and
// older collections write "Number: 301" and "Topic: ..." inside the fields. A field therefore runs to the next tag that
// begins one, or to its own closing tag; text in no field is what the topic itself says.

import { badLine, type Numbered } from './text-lines.ts';

/** Fields that hold a topic's id, and those that hold the query, the first that there is. */
const IDS = ['num', 'number', 'id', 'identifier', 'qid', 'topicid', 'topic_id', 'q_id'];
const QUERIES = ['title', 'query', 'summary', 'content', 'text', 'question', '', 'desc', 'description'];
/** Fields that say together what is asked, in tracks without a title. */
const FACETS = ['disease', 'gene', 'treatment', 'demographic', 'other', 'field'];
const FIELDS = new Set([
  ...IDS,
  ...QUERIES,
  ...FACETS,
  ...'narr narrative note notes keywords subtopic type dom smry con fac def head image'.split(' '),
]);
/** What a topic is: of CLEF eHealth and NTCIR's WWW a query, of INEX and of question answering what is so called. */
const TOPIC = /^(?:top|topic)$/;
const OTHER_TOPIC = /^(?:query|inex_topic|q)$/;
const TAG = /<(\/?)([A-Za-z][\w-]*)((?:\s+[\w:-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+))*)\s*\/?>/g;

/** Tags that only say how text looks. */
const INLINE = /<\/?(?:b|i|u|em|strong|sub|sup|p|br|span)\b[^<>]*>/gi;

/** A topic and where it begins. */
interface TrecTopic {
  readonly line: number;
  readonly id: string;
  readonly text: string;
}

/** A topic while its fields come in. */
interface OpenTopic {
  readonly line: number;
  readonly name: string;
  readonly fields: Map<string, string>;
}

/**
 * The topics of lines that are marked up.
 *
 * @throws SparsedgeError `bad-input` for a topic without number or query, or without an end
 */
export function* trecTopics(lines: readonly Numbered[], file: string): Generator<TrecTopic> {
  let topic: OpenTopic | undefined;
  let field = '';
  for (const { line, tag, text } of tokensOf(lines)) {
    if (tag === undefined) {
      if (topic !== undefined) append(topic.fields, field, text);
      else if (text.replace(TAG, '').trim() !== '') throw badLine(file, line, 'expected <top> or <topic>');
    } else if (delimits(tag, topic)) {
      if (tag.closes) {
        if (topic !== undefined) yield finished(topic, file);
        topic = undefined;
        continue;
      }
      if (topic !== undefined)
        throw badLine(file, line, `the topic of line ${topic.line} has no </${topic.name}>`);
      topic = { line, name: tag.name, fields: new Map() };
      for (const [name, value] of tag.attributes) if (IDS.includes(name)) topic.fields.set(name, value);
      field = '';
    } else if (topic !== undefined) {
      field = tag.closes ? '' : tag.name;
      // A field that comes again says more: what stands first counts, but of those that say it together.
      if (!tag.closes && topic.fields.has(field) && !FACETS.includes(field)) field = `${field} again`;
    }
  }
  if (topic !== undefined) throw badLine(file, topic.line, `this topic has no </${topic.name}>`);
}

/** Whether a tag begins or ends a topic: a query does where it is in no topic, and then nothing else ends it. */
function delimits({ name, closes }: Tag, topic: OpenTopic | undefined): boolean {
  if (topic === undefined) return TOPIC.test(name) || (OTHER_TOPIC.test(name) && !closes);
  if (OTHER_TOPIC.test(topic.name)) return name === topic.name;
  return TOPIC.test(name) && !(name === 'topic' && topic.name === 'top');
}

interface Token {
  readonly line: number;
  readonly text: string;
  readonly tag?: Tag | undefined;
}

interface Tag {
  readonly name: string;
  readonly closes: boolean;
  readonly attributes: readonly (readonly [name: string, value: string])[];
}

/** Tags that mean something, and the text between them. */
function* tokensOf(lines: readonly Numbered[]): Generator<Token> {
  let isComment = false;
  for (const [line, row] of lines) {
    let text = row.replace(/<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^>]*>|<!\[CDATA\[|\]\]>/gi, ' ');
    if (isComment) {
      const end = text.indexOf('-->');
      if (end === -1) continue;
      text = text.slice(end + 3);
    }
    const start = text.indexOf('<!--');
    isComment = start !== -1;
    if (isComment) text = text.slice(0, start);
    let from = 0;
    for (const match of text.matchAll(TAG)) {
      const name = fieldNamed(match[2], text.slice(0, match.index).trim() === '');
      if (name === undefined) continue;
      yield { line, text: text.slice(from, match.index).replace(INLINE, '') };
      from = match.index + match[0].length;
      yield { line, text: '', tag: { name, closes: match[1] === '/', attributes: attributesOf(match[3]) } };
    }
    yield { line, text: text.slice(from).replace(INLINE, '') };
  }
}

/** CLEF's fields begin with their language: `EN-title`. An unknown tag at the start of a line is a field, too. */
function fieldNamed(tag: string, beginsLine: boolean): string | undefined {
  const name = tag.toLowerCase().replace(/^[a-z]{2}-/, '');
  return FIELDS.has(name) || TOPIC.test(name) || OTHER_TOPIC.test(name) || beginsLine ? name : undefined;
}

function attributesOf(text: string): [string, string][] {
  return Array.from(
    text.matchAll(/([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/g),
    ([, name, double, single, bare]): [string, string] => [
      name.toLowerCase(),
      decoded(double ?? single ?? bare ?? ''),
    ],
  );
}

function append(fields: Map<string, string>, field: string, text: string): void {
  if (text.trim() !== '') fields.set(field, `${fields.get(field) ?? ''} ${text.trim()}`.trim());
}

function finished({ line, fields }: OpenTopic, file: string): TrecTopic {
  const first = (names: readonly string[]) => names.map((name) => fields.get(name)).find((value) => value);
  const id = first(IDS)?.replace(/^(?:Number|Num|Topic)\s*:\s*/i, '');
  const text = first(QUERIES)?.replace(/^(?:Topic|Description|Title|Query)\s*:\s*/i, '');
  const facets = FACETS.map((name) => fields.get(name)).filter((value) => value);
  if (!id) throw badLine(file, line, 'this topic has no <num>, <number> or number="..."');
  const asked = text || facets.join(' ');
  if (asked === '') throw badLine(file, line, 'this topic has no <title> and no <query>');
  return { line, id: decoded(id), text: decoded(asked).replace(/\s+/g, ' ').trim() };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** With the characters that XML's entities and references stand for. */
function decoded(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi,
    (whole, hex, decimal, name) => {
      if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
      const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    },
  );
}
