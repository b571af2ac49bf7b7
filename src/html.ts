// Pages without a framework: a template tag in which everything is escaped that is not the tag's own output.

/** Markup that this tag made. Nothing else makes one, so no text of a person ever counts as markup. */
export class Html {
  readonly #text: string;
  private constructor(text: string) {
    this.#text = text;
  }
  static join(strings: readonly string[], values: readonly Hole[]): Html {
    return new Html(strings.map((part, index) => `${index === 0 ? '' : written(values[index - 1])}${part}`).join(''));
  }
  toString(): string {
    return this.#text;
  }
}

/** What may stand in a hole: nothing for `null`, `undefined` and `false`; the parts of a list one after the other. */
export type Hole = Html | string | number | null | undefined | false | readonly Hole[];

/**
 * `` html`<p title="${text}">${text}</p>` `` for element content and double-quoted attributes.
 * @throws TypeError for a hole right after `=`: without quotes, a blank would end the value
 */
export function html(strings: TemplateStringsArray, ...values: Hole[]): Html {
  if (strings.some((part, index) => index < values.length && part.endsWith('='))) {
    throw new TypeError('an attribute without quotes');
  }
  return Html.join(strings, values);
}

function written(hole: Hole): string {
  if (hole === null || hole === undefined || hole === false) return '';
  if (hole instanceof Html) return hole.toString();
  if (typeof hole === 'object') return hole.map(written).join('');
  return String(hole).replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
