/** Looks at pictures as text: is it XML, and does anything lie on something else. */

/** The elements that are not closed, or closed without being open, and what else is no XML. */
export function unclosedIn(xml: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  const rest = xml
    .replaceAll(/&(?:amp|lt|gt|quot);/g, '')
    .replaceAll(/<(\/?)([a-z]+)((?: [a-zA-Z0-9-]+="[^"<&]*")*)(\/?)>/g, (...found) => {
      const [, closes, name, , isEmpty] = found as string[];
      if (closes && open.pop() !== name) wrong.push(name!);
      if (!closes && !isEmpty) open.push(name!);
      return '';
    });
  const forbidden = /[<>&]|[^\t\n\r\u0020-\uFFFD]/u.exec(rest) ?? [];
  return [...wrong, ...open, ...forbidden];
}

export interface Area {
  readonly what: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Where the texts of a picture are, by what their letters take at most. */
export function textsOf(svg: string): Area[] {
  return [...svg.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g)].map(
    ([, attributes = '', what = '']) => {
      const of = (name: string): string =>
        new RegExp(`${name}="([^"]*)"`).exec(attributes)?.[1] ?? '';
      const size = Number(of('font-size') || 12);
      const width = what.replaceAll(/&\w+;/g, '_').length * size * 0.61;
      const x = Number(of(' x') || /^x="([^"]*)"/.exec(attributes)![1]);
      const shift = { start: 0, middle: width / 2, end: width }[of('text-anchor')]!;
      const y = Number(of(' y'));
      return {
        what,
        left: x - shift,
        right: x - shift + width,
        top: y - size * 0.8,
        bottom: y + size * 0.2,
      };
    },
  );
}

/** What lies on each other, or beyond the edge of the picture. */
export function collisionsIn(svg: string): string[] {
  const [, width = '', height = ''] = /width="([^"]*)" height="([^"]*)"/.exec(svg)!;
  const texts = textsOf(svg);
  const outside = texts.filter(
    ({ left, right, top, bottom }) =>
      left < 0 || top < 0 || right > Number(width) || bottom > Number(height),
  );
  const pairs = texts.flatMap((a, i) =>
    texts.slice(i + 1).flatMap((b) => {
      const isApart =
        a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
      return isApart ? [] : [`${a.what} on ${b.what}`];
    }),
  );
  return [...outside.map(({ what }) => `${what} outside`), ...pairs];
}
