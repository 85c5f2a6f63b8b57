// Dates as people write them, in front matter and on the command line, read alike on every machine.

const INSTANT = /^(\d{4}-\d\d-\d\d)(?:(?:T| +)(\d\d:\d\d(?::\d\d(?:\.\d+)?)?) *(Z|[+-]\d\d:?\d\d)?)?$/i;

/** A date, perhaps with a time, in milliseconds since 1970. Without a zone it is of UTC, wherever it is read. */
export function instantOf(text: string): number | undefined {
  const [, day, time = '00:00', zone = 'Z'] = INSTANT.exec(text.trim()) ?? [];
  if (day === undefined) return undefined;
  const instant = Date.parse(`${day}T${time}${zone.toUpperCase().replace(/(\d\d):?(\d\d)$/, '$1:$2')}`);
  return Number.isNaN(instant) ? undefined : instant;
}
