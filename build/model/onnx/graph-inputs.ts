// Names of a network's inputs. Some published files have those of BERT's first code, from 2018.

import type { Network } from './network.ts';
import { bytesField, readFields } from './onnx-fields.ts';

const USUAL: Readonly<Record<string, string>> = {
  input_mask: 'attention_mask',
  segment_ids: 'token_type_ids',
};

/** A network with today's names; the same one if it has them. */
export function withUsualInputs(network: Network, where: string): Network {
  return network.inputs.reduce(
    (renamed, { name }) =>
      USUAL[name] === undefined ? renamed : renameInput(renamed, name, USUAL[name], where),
    network,
  );
}

/** Gives an input another name, wherever it is used. */
export function renameInput(network: Network, from: string, to: string, where: string): Network {
  // Field 1 is the name of a graph's input, and each input of a node.
  const renamed = (message: Uint8Array): Uint8Array =>
    Buffer.concat(
      [...readFields(message, where)].flatMap(({ field, bytes, whole }) =>
        field === 1 && Buffer.from(bytes).toString() === from ? bytesField(1, to) : [whole],
      ),
    );
  return {
    ...network,
    inputs: network.inputs.map((input) =>
      input.name === from ? { name: to, bytes: renamed(input.bytes) } : input,
    ),
    nodes: network.nodes.map((node) =>
      node.bytes && node.inputs.includes(from)
        ? {
            ...node,
            inputs: node.inputs.map((name) => (name === from ? to : name)),
            bytes: renamed(node.bytes),
          }
        : node,
    ),
  };
}
