/**
 * SVG: what is common to all pictures. They are legible on light and on dark ground, as the reader has it;
 * programs that do not know of dark ground draw the light one. A picture may stand in a page together
 * with others: its rules are for its own class, and nothing in it has an id.
 */

/** Can be told apart also by those who do not see red and green as two (Okabe and Ito). */
export const COLOURS = {
  blue: '#0072b2',
  sky: '#56b4e9',
  green: '#009e73',
  orange: '#e69f00',
  vermilion: '#d55e00',
  purple: '#cc79a7',
} as const;

/** How the elements of a class are painted. */
export interface Paint {
  readonly light: string;
  readonly dark: string;
}

const CLASS = 'crossthread';

const COMMON: Readonly<Record<string, Paint>> = {
  ground: { light: 'fill: #ffffff', dark: 'fill: #14171c' },
  text: { light: 'fill: #1f2328', dark: 'fill: #e6e8eb' },
  muted: { light: 'fill: #626b75', dark: 'fill: #9aa4af' },
  rule: { light: 'stroke: #e4e7eb', dark: 'stroke: #2a3038' },
  axis: { light: 'stroke: #444b53', dark: 'stroke: #aab3bd' },
};

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** What it shows, in a line. */
  readonly title: string;
  /** What there is to see, for who does not see it. */
  readonly description: string;
  /** By class, beside those that all pictures have. */
  readonly paints?: Readonly<Record<string, Paint>>;
  readonly elements: readonly string[];
}

export function svg({ width, height, title, description, paints, elements }: Picture): string {
  const size = `width="${round(width)}" height="${round(height)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="${CLASS}" role="img" ${size} ` +
      `viewBox="0 0 ${round(width)} ${round(height)}" font-family="sans-serif" font-size="12">`,
    `<title>${escape(title)}</title>`,
    `<desc>${escape(description)}</desc>`,
    `<style>${styleOf({ ...COMMON, ...paints })}</style>`,
    `<rect class="ground" ${size}/>`,
    ...elements,
    '</svg>',
    '',
  ].join('\n');
}

function styleOf(paints: Readonly<Record<string, Paint>>): string {
  const all = Object.entries(paints);
  const rules = (of: keyof Paint): string =>
    all.map(([name, paint]) => `.${CLASS} .${name} { ${paint[of]} }`).join('\n');
  return `\n${rules('light')}\n@media (prefers-color-scheme: dark) {\n${rules('dark')}\n}\n`;
}

export interface TextStyle {
  /** Which part of the text is at `x`. Default: its start. */
  readonly anchor?: 'start' | 'middle' | 'end';
  /** Of its classes. Default: `text`. */
  readonly name?: string;
  /** Further attributes. */
  readonly more?: string;
}

export function text(x: number, y: number, content: string, style: TextStyle = {}): string {
  const { anchor = 'start', name = 'text', more = '' } = style;
  const attributes = `class="${name}" text-anchor="${anchor}"${more && ` ${more}`}`;
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escape(content)}</text>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, name: string): string {
  const ends = `x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"`;
  return `<line class="${name}" ${ends}/>`;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** With a `title` it says that when it is pointed at. `paint`: its class, or other attributes. */
export function rect({ x, y, width, height }: Box, paint: string, title?: string): string {
  const place = `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;
  if (title === undefined) return `<rect ${place} ${paint}/>`;
  return `<rect ${place} ${paint}><title>${escape(title)}</title></rect>`;
}

export function round(pixels: number): string {
  return String(Math.round(pixels * 100) / 100);
}

// As a test runner colours its messages; and what XML cannot have, escaped or not.
const ESC = '\u001B';
const COLOUR_CODES = new RegExp(`${ESC}\\[[\\d;]*m`, 'g');
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
const SPECIAL: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Any text, as it stands between tags or in an attribute. */
function escape(content: string): string {
  return content
    .replaceAll(COLOUR_CODES, '')
    .replaceAll(FORBIDDEN, '\uFFFD')
    .replaceAll(/[&<>"]/g, (letter) => SPECIAL[letter]!);
}
