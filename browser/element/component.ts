// The package's entry for pages: importing it defines <sparsedge-search>. Where there is no page, as on a server that
// renders one, it does nothing.

import { SearchElement } from './search-element.ts';

export type { AnswerEvent, SelectEvent } from './events.ts';
export { SearchElement } from './search-element.ts';

declare global {
  interface HTMLElementTagNameMap {
    'sparsedge-search': SearchElement;
  }
}

if (typeof customElements !== 'undefined' && !customElements.get('sparsedge-search'))
  customElements.define('sparsedge-search', SearchElement);
