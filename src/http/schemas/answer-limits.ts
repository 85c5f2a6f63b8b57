// How long questions and answers may be, wherever they are asked and answered.

/** The longest query text, in bytes of UTF-8: some 1,300 words, more than MAX_QUERY_TERMS distinct ones. */
export const MAX_QUERY_BYTES = 8192;
/**
 * The most characters (UTF-16 units) of documents in the answer to a search. An isolate has 128 MB for everything, and
 * a thousand documents of 16 MiB are not shown in one answer.
 */
export const MAX_SHOWN_CHARACTERS = 1024 * 1024;
