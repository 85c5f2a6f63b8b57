// The networks that a model may have for documents, each opened as what it is for: texts → vectors.

import type { ModelFolder } from '../model-folder.ts';
import type { Device } from '../session.ts';
import { openContextNetwork } from './context-network.ts';
import { type EncodeTexts, encodeTexts, openNetwork } from './document-network.ts';

/** A network that is to be opened. It can be told to a thread. */
export interface NetworkOf {
  readonly folder: ModelFolder;
  /** What it does: `document` says what terms are worth, and `context` what a text is about as a whole. */
  readonly role: 'document' | 'context';
  readonly device: Device;
}

export async function openEncoding({ folder, role, device }: NetworkOf): Promise<EncodeTexts> {
  if (role === 'context') return openContextNetwork(folder, device);
  const network = await openNetwork(folder, device);
  return (texts) => encodeTexts(texts, folder, network);
}
